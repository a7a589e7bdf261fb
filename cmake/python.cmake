# CPython as pyembed built it, and the standard library packed into objects of the executable.
set(MONOCEROS_PYTHON OFF)
if(EXISTS ${MONOCEROS_PARTS}/python/link-libs.txt AND EXISTS ${PROJECT_SOURCE_DIR}/src/main.cpp)
  set(MONOCEROS_PYTHON ON)
endif()
