# The loader in the process, for static programs on musl: with glibc the system's own is at work. The rest of src/elf
# reads object files and is built everywhere.
if(NOT EXISTS ${MONOCEROS_PARTS}/musl/libc.symbols OR NOT MONOCEROS_PYTHON)
  return()
endif()

set(musl ${MONOCEROS_PARTS}/musl/source)
file(GLOB process CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/process/*.cpp)

# threads.c sees musl as musl's own sources do.
add_library(elf_threads OBJECT ${CMAKE_CURRENT_LIST_DIR}/process/threads.c)
target_include_directories(elf_threads PRIVATE ${CMAKE_CURRENT_LIST_DIR})
target_include_directories(elf_threads SYSTEM PRIVATE ${musl}/arch/target ${musl}/arch/generic ${musl}/src/include
                           ${musl}/src/internal ${musl}/include)
target_compile_options(elf_threads PRIVATE -std=gnu17 -Wall -Wextra -Werror -fno-stack-protector -g
                       -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

# What the executable offers to objects: names of the archives it is linked from.
set(exports ${PROJECT_BINARY_DIR}/elf/exports.S)
file(GLOB libpython ${MONOCEROS_PARTS}/python/lib/libpython3.*.a)
set(exporter ${CMAKE_CURRENT_LIST_DIR}/process/exports.py)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/elf)
add_custom_command(
  OUTPUT ${exports}
  COMMAND python3 ${exporter} ${exports} ${MONOCEROS_PARTS}/musl/libc.symbols
          ${MONOCEROS_PARTS}/sysroot/usr/lib/libc.a ${libpython} ${MONOCEROS_PARTS}/deps/lib/libz.a
  DEPENDS ${exporter} ${MONOCEROS_PARTS}/musl/libc.symbols ${libpython}
  COMMENT "Listing what the executable offers to loaded objects")

# Objects, not an archive: they take the places of functions that libc.a has too. Not with LTO, whose view of those
# functions is the compiler's.
add_library(elf_process OBJECT ${process} ${exports})
target_link_libraries(elf_process PRIVATE elf)
target_compile_options(elf_process PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-lto>)
