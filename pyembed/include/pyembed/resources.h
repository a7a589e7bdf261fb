// What pack.py puts into the executable: frozen modules for the interpreter, and files looked up by name.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _frozen;

// For PyImport_FrozenModules; the last entry is all zero.
extern const struct _frozen monoceros_frozen_modules[];

// A carried file: "source/json/__init__.py", "cacert.pem", "zoneinfo/Europe/Berlin" ...
struct MonocerosResource {
  const char* name;
  const unsigned char* data;
  uint32_t size;      // of data
  uint32_t raw_size;  // of the file, if data is zlib-compressed; 0 if data is the file itself
};

// Sorted by name, in the order of strcmp.
extern const struct MonocerosResource monoceros_resources[];
extern const size_t monoceros_resource_count;

#ifdef __cplusplus
}
#endif
