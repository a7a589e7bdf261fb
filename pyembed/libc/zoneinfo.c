/* TZ=Europe/Berlin without /usr/share/zoneinfo.
 *
 * musl's tzset maps the zone's file by the hidden function __map_file and later unmaps it, so what answers in its
 * place must be a mapping too: an anonymous one, filled from the zones the executable carries. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "pyembed/resources.h"

#pragma weak monoceros_find_resource
#pragma weak monoceros_read_resource

const unsigned char *__real___map_file(const char *path, size_t *size);

static const unsigned char *map_resource(const struct monoceros_resource *resource, size_t *size) {
  unsigned char *map = mmap(NULL, resource->raw_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return NULL;
  if (monoceros_read_resource(resource, map) != 0) {
    munmap(map, resource->raw_size);
    return NULL;
  }
  mprotect(map, resource->raw_size, PROT_READ);
  *size = resource->raw_size;
  return map;
}

/* The first folder tzset searches stands for all of them; the later ones are hardly ever there. */
static const char kSystem[] = "/usr/share/zoneinfo/", kCarried[] = "zoneinfo/";

const unsigned char *__wrap___map_file(const char *path, size_t *size) {
  const unsigned char *map = __real___map_file(path, size);
  if (map || !monoceros_find_resource || strncmp(path, kSystem, sizeof kSystem - 1) != 0) return map;

  char name[256];
  const char *key = path + sizeof kSystem - 1;
  size_t length = strlen(key);
  if (length >= sizeof name - sizeof kCarried) return NULL;
  memcpy(name, kCarried, sizeof kCarried - 1);
  memcpy(name + sizeof kCarried - 1, key, length + 1);

  int saved = errno;
  const struct monoceros_resource *resource = monoceros_find_resource(name);
  if (resource) map = map_resource(resource, size);
  errno = saved;
  return map;
}
