/* memcmp for x86-64: musl's goes byte by byte, and every look-up of a string key in a dict ends in one. */
#ifdef __x86_64__
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char Byte;
typedef uint64_t __attribute__((aligned(1), may_alias)) Word;
typedef uint32_t __attribute__((aligned(1), may_alias)) Half;

#define INLINE static inline __attribute__((always_inline))

INLINE __m128i load(const Byte *p) { return _mm_loadu_si128((const __m128i *)p); }
INLINE __m128i equal(const Byte *a, const Byte *b) { return _mm_cmpeq_epi8(load(a), load(b)); }

/* 0 when the 16 bytes are equal, otherwise how their first difference sorts. */
INLINE int compare_16(const Byte *a, const Byte *b) {
  unsigned same = _mm_movemask_epi8(equal(a, b));
  if (same == 0xffff) return 0;
  int at = __builtin_ctz(~same);
  return a[at] - b[at];
}

INLINE int order(uint64_t a, uint64_t b) { return a == b ? 0 : a < b ? -1 : 1; }
INLINE uint64_t big_word(const Byte *p) { return __builtin_bswap64(*(const Word *)p); }
INLINE uint64_t big_half(const Byte *p) { return __builtin_bswap32(*(const Half *)p); }

/* Two overlapping reads cover every size from 4 to 15. */
INLINE int compare_small(const Byte *a, const Byte *b, size_t n) {
  if (n >= 8) {
    int result = order(big_word(a), big_word(b));
    return result ? result : order(big_word(a + n - 8), big_word(b + n - 8));
  }
  if (n >= 4) return order(big_half(a) << 32 | big_half(a + n - 4), big_half(b) << 32 | big_half(b + n - 4));
  for (size_t i = 0; i < n; ++i)
    if (a[i] != b[i]) return a[i] - b[i];
  return 0;
}

int memcmp(const void *left, const void *right, size_t n) {
  const Byte *a = left, *b = right;
  if (n < 16) return compare_small(a, b, n);
  const size_t last = n - 16;
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    __m128i low = _mm_and_si128(equal(a + i, b + i), equal(a + i + 16, b + i + 16));
    __m128i high = _mm_and_si128(equal(a + i + 32, b + i + 32), equal(a + i + 48, b + i + 48));
    if (_mm_movemask_epi8(_mm_and_si128(low, high)) != 0xffff) break;
  }
  for (; i < last; i += 16) {
    int result = compare_16(a + i, b + i);
    if (result) return result;
  }
  return compare_16(a + last, b + last);
}

int bcmp(const void *left, const void *right, size_t n) { return memcmp(left, right, n); }
#endif
