#include "pyembed/resources.h"

#include <string.h>

/* zlib's, declared here: this file needs no headers but ours, and pack.py makes it part of its output. */
int uncompress(unsigned char *to, unsigned long *to_size, const unsigned char *from, unsigned long size);

/* Index of the first name that is not below `name`, looking at `length` characters of each. */
static size_t lower_bound(const char *name, size_t length) {
  size_t low = 0, high = monoceros_resource_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strncmp(monoceros_resources[middle].name, name, length) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const struct monoceros_resource *monoceros_find_resource(const char *name) {
  size_t index = lower_bound(name, strlen(name) + 1);
  if (index == monoceros_resource_count || strcmp(monoceros_resources[index].name, name) != 0) return NULL;
  return &monoceros_resources[index];
}

const struct monoceros_resource *monoceros_find_resources(const char *prefix, size_t *count) {
  size_t length = strlen(prefix), first = lower_bound(prefix, length), last = first;
  while (last < monoceros_resource_count && strncmp(monoceros_resources[last].name, prefix, length) == 0) ++last;
  *count = last - first;
  return &monoceros_resources[first];
}

int monoceros_read_resource(const struct monoceros_resource *resource, void *out) {
  unsigned long length = resource->raw_size;
  if (resource->size >= resource->raw_size) {
    memcpy(out, resource->data, resource->raw_size);
    return 0;
  }
  if (uncompress(out, &length, resource->data, resource->size) != 0 || length != resource->raw_size) return -1;
  return 0;
}
