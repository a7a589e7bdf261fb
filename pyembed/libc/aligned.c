/* mimalloc 2.0.9 overrides aligned_alloc on glibc only, and libc++'s aligned operator new calls it: left to musl, its
 * block would be freed by mimalloc. */
#include <stddef.h>

void *memalign(size_t alignment, size_t size);

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
