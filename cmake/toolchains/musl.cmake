# What the musl targets share; the file of a target sets MONOCEROS_TARGET and includes this one.
# The compiler lies in the folder `ci/parts` filled: cache variable or environment variable MONOCEROS_PARTS.
set(CMAKE_SYSTEM_NAME Linux)
if(NOT MONOCEROS_PARTS)
  set(MONOCEROS_PARTS "$ENV{MONOCEROS_PARTS}")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MONOCEROS_PARTS)

set(sysroot ${MONOCEROS_PARTS}/sysroot)
if(NOT EXISTS ${sysroot}/bin/${MONOCEROS_TARGET}-clang++)
  message(FATAL_ERROR "No ${MONOCEROS_TARGET} toolchain in '${sysroot}': "
    "run `ci/parts ${MONOCEROS_TARGET} PROFILE DIR` and pass -DMONOCEROS_PARTS=DIR.")
endif()

foreach(language C ASM)
  set(CMAKE_${language}_COMPILER ${sysroot}/bin/${MONOCEROS_TARGET}-clang)
endforeach()
set(CMAKE_CXX_COMPILER ${sysroot}/bin/${MONOCEROS_TARGET}-clang++)
foreach(tool AR RANLIB NM STRIP OBJCOPY OBJDUMP)
  string(TOLOWER ${tool} name)
  find_program(CMAKE_${tool} NAMES llvm-${name}-22 REQUIRED)
endforeach()
set(CMAKE_C_COMPILER_AR ${CMAKE_AR})
set(CMAKE_CXX_COMPILER_AR ${CMAKE_AR})
set(CMAKE_C_COMPILER_RANLIB ${CMAKE_RANLIB})
set(CMAKE_CXX_COMPILER_RANLIB ${CMAKE_RANLIB})

set(CMAKE_SYSROOT ${sysroot})
set(CMAKE_FIND_ROOT_PATH ${MONOCEROS_PARTS})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()

# The wrapper links a static-PIE by itself. Everything ends in that one file: no symbol is ever interposed.
set(flags "-fPIE -fdirect-access-external-data -fstack-protector-strong -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT "${flags} -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST")
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-static-pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--pack-dyn-relocs=relr -Wl,--gc-sections -Wl,--build-id=sha1")
