/* memchr, memrchr and strlen for x86-64, 64 bytes a turn: bytes.find, split and the parsing of lines rest on them.
 * Blocks are read whole at their natural alignment, so a read may pass the ends but never into another page. */
#ifdef __x86_64__
#define _GNU_SOURCE
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char Byte;

#define INLINE static inline __attribute__((always_inline))

INLINE const Byte *align(const Byte *p) { return (const Byte *)((uintptr_t)p & ~(uintptr_t)15); }
INLINE __m128i equal(const Byte *block, __m128i wanted) {
  return _mm_cmpeq_epi8(_mm_load_si128((const __m128i *)block), wanted);
}
INLINE unsigned matches(const Byte *block, __m128i wanted) { return _mm_movemask_epi8(equal(block, wanted)); }

INLINE int any_in_64(const Byte *block, __m128i wanted) {
  __m128i low = _mm_or_si128(equal(block, wanted), equal(block + 16, wanted));
  __m128i high = _mm_or_si128(equal(block + 32, wanted), equal(block + 48, wanted));
  return _mm_movemask_epi8(_mm_or_si128(low, high));
}

void *memchr(const void *from, int byte, size_t n) {
  if (n == 0) return NULL;
  const __m128i wanted = _mm_set1_epi8((char)byte);
  const Byte *p = from, *end = n > UINTPTR_MAX - (uintptr_t)p ? (const Byte *)UINTPTR_MAX : p + n;
  const Byte *block = align(p);
  unsigned found = matches(block, wanted) & (~0u << (p - block));
  while (!found) {
    block += 16;
    /* Only from a multiple of 64 on: n may be larger than what there is, with the byte found before that matters. */
    if (((uintptr_t)block & 63) == 0)
      while ((size_t)(end - block) >= 64 && block < end && !any_in_64(block, wanted)) block += 64;
    if (block >= end) return NULL;
    found = matches(block, wanted);
  }
  const Byte *at = block + __builtin_ctz(found);
  return at < end ? (void *)at : NULL;
}

void *memrchr(const void *from, int byte, size_t n) {
  if (n == 0) return NULL;
  const __m128i wanted = _mm_set1_epi8((char)byte);
  const Byte *p = from, *last = p + n - 1, *block = align(last);
  unsigned found = matches(block, wanted) & (0xffffu >> (15 - (last - block)));
  while (!found) {
    if (block <= p) return NULL;
    block -= 16;
    found = matches(block, wanted);
  }
  const Byte *at = block + (31 - __builtin_clz(found));
  return at >= p ? (void *)at : NULL;
}

size_t strlen(const char *text) {
  const __m128i zero = _mm_setzero_si128();
  const Byte *p = (const Byte *)text, *block = align(p);
  unsigned found = matches(block, zero) & (~0u << (p - block));
  while (!found) {
    block += 16;
    found = matches(block, zero);
  }
  return block + __builtin_ctz(found) - p;
}
#endif
