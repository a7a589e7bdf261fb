/* What mimalloc 2.0.9 leaves open beside its malloc and free. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *memalign(size_t alignment, size_t size);
size_t malloc_usable_size(const void *block);

/* mimalloc's own, renamed by recipes/runtime.sh. */
void *mimalloc_calloc(size_t count, size_t size);
void *mimalloc_realloc(void *block, size_t size);
void *malloc(size_t size);

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

static void clear(char *begin, char *end) {
  uintptr_t page = (uintptr_t)getpagesize();
  char *first = (char *)(((uintptr_t)begin + page - 1) & -page);
  char *last = (char *)((uintptr_t)end & -page);
  if (madvise(first, (size_t)(last - first), MADV_DONTNEED) != 0) { /* it is locked: mlockall(2) */
    memset(begin, 0, (size_t)(end - begin));
    return;
  }
  memset(begin, 0, (size_t)(first - begin));
  memset(last, 0, (size_t)(end - last));
}

/* mimalloc writes zeros to memory that is fresh, too. A large block whose pages are given back is as clear, and costs
 * memory only where it is used: an array of zeros (NumPy's zeros), a table that is mostly empty (CPython's of arenas). */
void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes < kLarge) return mimalloc_calloc(count, size);
  char *block = malloc(bytes);
  if (block) clear(block, block + bytes);
  return block;
}
