# How our own code is compiled; libraries from pyembed keep their own flags.
add_library(monoceros_options INTERFACE)
target_include_directories(monoceros_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(monoceros_options INTERFACE MONOCEROS_VERSION="${PROJECT_VERSION}")
target_compile_options(monoceros_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
  # We throw nothing; the flag stays on for the borders that catch what others throw.
  -fexceptions -g -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(MONOCEROS_LTO)
  target_compile_options(monoceros_options INTERFACE -flto)
  target_link_options(monoceros_options INTERFACE -flto)
endif()

# Host builds (glibc) exist for the sanitizers only; the musl toolchain files carry the flags of what is shipped.
if(MONOCEROS_SANITIZE OR NOT CMAKE_CROSSCOMPILING AND NOT CMAKE_TOOLCHAIN_FILE)
  add_compile_options(-fPIE $<$<COMPILE_LANGUAGE:CXX>:-stdlib=libc++>)
  # The static one: its version is that of the headers, whatever shared libc++ the machine has.
  add_link_options(-stdlib=libc++ -static-libstdc++ -fuse-ld=lld -pie)
endif()
if(MONOCEROS_SANITIZE)
  add_compile_options(-fsanitize=${MONOCEROS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${MONOCEROS_SANITIZE})
endif()
