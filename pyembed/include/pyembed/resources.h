/* Files carried in the executable: the table pack.py writes, and how to read it.
 *
 * Names: source/<path>.py, cacert.pem, zoneinfo/<Key>, data/<path> (other files of the standard library).
 * Everything here is read-only and may be used from any thread, before main and after fork. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct monoceros_resource {
  char const* name;
  unsigned char const* data;
  size_t size;     /* bytes at data: a zlib stream when they are fewer than raw_size, else the file itself */
  size_t raw_size; /* bytes of the file */
};

/* Sorted by name, as strcmp sorts. */
extern const struct monoceros_resource monoceros_resources[];
extern size_t const monoceros_resource_count;

/* NULL when there is none of that name. */
const struct monoceros_resource* monoceros_find_resource(char const* name);

/* The first entry whose name begins with prefix, and how many follow one another that do. */
const struct monoceros_resource* monoceros_find_resources(char const* prefix, size_t* count);

/* Writes raw_size bytes to out; 0, or -1 when the stored bytes are damaged. */
int monoceros_read_resource(const struct monoceros_resource* resource, void* out);

#ifdef __cplusplus
}
#endif
