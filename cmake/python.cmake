# CPython as pyembed built it, and the standard library packed into objects of the executable.
set(MONOCEROS_PYTHON OFF)
if(NOT EXISTS ${MONOCEROS_PARTS}/python/link-libs.txt)
  message(STATUS "No CPython in ${MONOCEROS_PARTS}: only the layers below it are built")
  return()
endif()
set(MONOCEROS_PYTHON ON)

file(STRINGS ${MONOCEROS_PARTS}/python/link-libs.txt python_libraries)
list(TRANSFORM python_libraries REPLACE "^([^-].*)" "${MONOCEROS_PARTS}/\\1")
file(GLOB python_include ${MONOCEROS_PARTS}/python/include/python3.*)

# Headers and archives of CPython and the C libraries below it; include-private to src/python.
add_library(cpython INTERFACE)
target_include_directories(cpython SYSTEM INTERFACE ${python_include} ${MONOCEROS_PARTS}/deps/include)
target_include_directories(cpython INTERFACE ${PROJECT_SOURCE_DIR}/pyembed/include)
target_link_libraries(cpython INTERFACE ${python_libraries})

# The standard library and our own Python code, compiled and packed (pyembed/pack.py).
file(GLOB_RECURSE pack_inputs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/pyembed/python/*.py
     ${PROJECT_SOURCE_DIR}/pyembed/pack.py ${PROJECT_SOURCE_DIR}/pyembed/resources.c)
set(pack_directory ${PROJECT_BINARY_DIR}/pack)
add_custom_command(
  OUTPUT ${pack_directory}/pack.S ${pack_directory}/pack.c
  BYPRODUCTS ${pack_directory}/frozen.bin ${pack_directory}/resources.bin
  COMMAND ${MONOCEROS_PARTS}/python/bin/python3.13 ${PROJECT_SOURCE_DIR}/pyembed/pack.py
          --parts ${MONOCEROS_PARTS} --own ${PROJECT_SOURCE_DIR}/pyembed/python --out ${pack_directory}
  DEPENDS ${pack_inputs} ${MONOCEROS_PARTS}/python/link-libs.txt ${MONOCEROS_PARTS}/installer
  COMMENT "Packing the standard library")
add_library(python_pack OBJECT ${pack_directory}/pack.S ${pack_directory}/pack.c)
target_include_directories(python_pack PRIVATE ${PROJECT_SOURCE_DIR}/pyembed/include)
target_include_directories(python_pack PRIVATE ${pack_directory})
set_source_files_properties(${pack_directory}/pack.S PROPERTIES
  OBJECT_DEPENDS "${pack_directory}/frozen.bin;${pack_directory}/resources.bin" COMPILE_OPTIONS "-I${pack_directory}")

# Our part of the C library (musl only): allocator, memory functions, look-ups that work without files.
if(EXISTS ${MONOCEROS_PARTS}/runtime/link-flags.txt)
  file(GLOB runtime_objects ${MONOCEROS_PARTS}/runtime/*.o)
  file(STRINGS ${MONOCEROS_PARTS}/runtime/link-flags.txt runtime_flags)
  target_link_libraries(cpython INTERFACE ${runtime_objects} ${runtime_flags})
endif()
