// Functions of the C library that we stand in front of. The linker leads every call of NAME in the executable, in the
// C library itself and in loaded objects to ours (--wrap, process.cmake), and real_NAME to the C library's.
#pragma once

#define WRAPS(result, name, ...)                                       \
  extern "C" result real_##name(__VA_ARGS__) __asm__("__real_" #name); \
  extern "C" result wrapped_##name(__VA_ARGS__) __asm__("__wrap_" #name)
