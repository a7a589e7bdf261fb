# One static library per folder of src/, named after it; what a folder may include is what it links.
#   monoceros_layer(http USES base net PRIVATE_LIBRARIES llhttp)
function(monoceros_layer name)
  cmake_parse_arguments(LAYER "" "" "USES;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
  list(FILTER sources EXCLUDE REGEX "/(elf|bundle)/process/")  # for musl alone: process.cmake there
  if(NOT sources)
    add_library(${name} INTERFACE)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC monoceros_options ${LAYER_USES} PRIVATE ${LAYER_PRIVATE_LIBRARIES})
endfunction()

# A third-party library of pyembed, seen only by the layer that names it.
function(monoceros_third_party name)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${MONOCEROS_PARTS}/third_party/include)
  foreach(archive ${ARGN})
    target_link_libraries(${name} INTERFACE ${MONOCEROS_PARTS}/third_party/lib/lib${archive}.a)
  endforeach()
endfunction()

monoceros_third_party(llhttp llhttp)
monoceros_third_party(mbedtls mbedtls mbedx509 mbedcrypto)
# The one of Python's ssl.
add_library(libcrypto INTERFACE)
target_include_directories(libcrypto SYSTEM INTERFACE ${MONOCEROS_PARTS}/deps/include)
target_link_libraries(libcrypto INTERFACE ${MONOCEROS_PARTS}/deps/lib/libcrypto.a)
add_library(libssl INTERFACE)
target_link_libraries(libssl INTERFACE ${MONOCEROS_PARTS}/deps/lib/libssl.a libcrypto)
monoceros_third_party(tomlplusplus)
monoceros_third_party(spdlog)
target_compile_definitions(spdlog INTERFACE SPDLOG_USE_STD_FORMAT SPDLOG_NO_EXCEPTIONS)
monoceros_third_party(gtest gtest)
