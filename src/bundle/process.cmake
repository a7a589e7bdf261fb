# The paths below a bundle's own are answered in the process, by functions in front of the C library's: in static
# programs on musl. The rest of src/bundle reads archives and is built everywhere.
if(NOT TARGET elf_process)
  return()
endif()

# Objects, not an archive: nobody names these functions but the linker. Not with LTO, which would know them by other names.
file(GLOB process CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/process/*.cpp)
add_library(bundle_process OBJECT ${process})
target_link_libraries(bundle_process PRIVATE bundle elf)
target_compile_options(bundle_process PRIVATE -fno-lto)

# Every WRAPS of process/*.cpp.
foreach(source ${process})
  file(STRINGS ${source} lines REGEX "^WRAPS\\(")
  foreach(line ${lines})
    string(REGEX REPLACE "^WRAPS\\([^,]*, ([a-z_]*),.*" "-Wl,--wrap=\\1" flag "${line}")
    list(APPEND bundle_wraps ${flag})
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endforeach()
