/* What mimalloc 2.0.9 leaves open beside its malloc and free. */
#include <stddef.h>
#include <stdint.h>

void *memalign(size_t alignment, size_t size);
size_t malloc_usable_size(const void *block);

/* mimalloc's own realloc, renamed by recipes/runtime.sh. */
void *mimalloc_realloc(void *block, size_t size);

/* mimalloc overrides aligned_alloc on glibc only, and libc++'s aligned operator new calls it: left to musl, its block
 * would be freed by mimalloc. */
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

enum { kLarge = 128 << 10, kMostRoom = 64 << 20 };

/* Large blocks cannot grow in place in mimalloc, so a buffer that grows step by step (a bytearray, a response being
 * written) would be copied at every step. Such a block gets half its size more: address space, as the pages beyond
 * what is used are never touched. */
void *realloc(void *block, size_t size) {
  if (!block || size < kLarge || size <= malloc_usable_size(block)) return mimalloc_realloc(block, size);
  size_t room = size / 2 < kMostRoom ? size / 2 : kMostRoom;
  void *grown = room < SIZE_MAX - size ? mimalloc_realloc(block, size + room) : NULL;
  return grown ? grown : mimalloc_realloc(block, size);
}
