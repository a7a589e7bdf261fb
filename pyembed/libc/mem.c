/* memcpy, memmove and memset for x86-64, small sizes first: most copies of an interpreter are below 64 bytes, where musl's
 * `rep movsq` takes longer to start than to copy. Blocks are loaded whole before anything is stored, so one routine
 * serves overlapping regions up to 128 bytes. */
#ifdef __x86_64__
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t __attribute__((aligned(1), may_alias)) Word;
typedef uint32_t __attribute__((aligned(1), may_alias)) Half;
typedef uint16_t __attribute__((aligned(1), may_alias)) Quarter;
typedef unsigned char Byte;

#define INLINE static inline __attribute__((always_inline))

INLINE __m128i load(const Byte *p) { return _mm_loadu_si128((const __m128i *)p); }
INLINE void store(Byte *p, __m128i v) { _mm_storeu_si128((__m128i *)p, v); }

INLINE void copy_to_16(Byte *d, const Byte *s, size_t n) {
  if (n >= 8) {
    uint64_t a = *(const Word *)s, b = *(const Word *)(s + n - 8);
    *(Word *)d = a;
    *(Word *)(d + n - 8) = b;
  } else if (n >= 4) {
    uint32_t a = *(const Half *)s, b = *(const Half *)(s + n - 4);
    *(Half *)d = a;
    *(Half *)(d + n - 4) = b;
  } else if (n >= 2) {
    uint16_t a = *(const Quarter *)s, b = *(const Quarter *)(s + n - 2);
    *(Quarter *)d = a;
    *(Quarter *)(d + n - 2) = b;
  } else if (n) {
    *d = *s;
  }
}

INLINE void copy_to_32(Byte *d, const Byte *s, size_t n) {
  __m128i a = load(s), b = load(s + n - 16);
  store(d, a);
  store(d + n - 16, b);
}

INLINE void copy_to_64(Byte *d, const Byte *s, size_t n) {
  __m128i a = load(s), b = load(s + 16), y = load(s + n - 32), z = load(s + n - 16);
  store(d, a);
  store(d + 16, b);
  store(d + n - 32, y);
  store(d + n - 16, z);
}

INLINE void copy_to_128(Byte *d, const Byte *s, size_t n) {
  __m128i a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
  __m128i w = load(s + n - 64), x = load(s + n - 48), y = load(s + n - 32), z = load(s + n - 16);
  store(d, a);
  store(d + 16, b);
  store(d + 32, c);
  store(d + 48, e);
  store(d + n - 64, w);
  store(d + n - 48, x);
  store(d + n - 32, y);
  store(d + n - 16, z);
}

INLINE int copied_small(Byte *d, const Byte *s, size_t n) {
  if (n <= 16) return copy_to_16(d, s, n), 1;
  if (n <= 32) return copy_to_32(d, s, n), 1;
  if (n <= 64) return copy_to_64(d, s, n), 1;
  if (n <= 128) return copy_to_128(d, s, n), 1;
  return 0;
}

/* 64 bytes a turn; the last 64 were loaded first and are stored last, whatever n is. */
static void copy_forward(Byte *d, const Byte *s, size_t n) {
  __m128i w = load(s + n - 64), x = load(s + n - 48), y = load(s + n - 32), z = load(s + n - 16);
  Byte *end = d + n;
  for (; n > 64; d += 64, s += 64, n -= 64) copy_to_64(d, s, 64);
  store(end - 64, w);
  store(end - 48, x);
  store(end - 32, y);
  store(end - 16, z);
}

static void copy_backward(Byte *d, const Byte *s, size_t n) {
  __m128i a = load(s), b = load(s + 16), c = load(s + 32), e = load(s + 48);
  for (; n > 64; n -= 64) copy_to_64(d + n - 64, s + n - 64, 64);
  store(d, a);
  store(d + 16, b);
  store(d + 32, c);
  store(d + 48, e);
}

/* From here on the processor's own string instructions (ERMS) are at least as fast. */
enum { kStringOperation = 1024 };

/* Without `restrict`, here and below: memmove relies on loads and stores staying in the order written. */
static void *copy_up(void *to, const void *from, size_t n) {
  if (n < kStringOperation) return copy_forward(to, from, n), to;
  void *d = to;
  __asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
  return to;
}

void *memcpy(void *to, const void *from, size_t n) { return copied_small(to, from, n) ? to : copy_up(to, from, n); }

void *memmove(void *to, const void *from, size_t n) {
  if (copied_small(to, from, n)) return to;
  if ((uintptr_t)to - (uintptr_t)from >= n) return copy_up(to, from, n);
  return copy_backward(to, from, n), to;
}

/* Overlapping stores again: the ends first, then whole blocks between them. */
void *memset(void *to, int byte, size_t n) {
  Byte *d = to;
  if (n < 16) {
    const uint64_t word = (Byte)byte * 0x0101010101010101u;
    if (n >= 8) {
      *(Word *)d = *(Word *)(d + n - 8) = word;
    } else if (n >= 4) {
      *(Half *)d = *(Half *)(d + n - 4) = (uint32_t)word;
    } else if (n) {
      d[0] = d[n / 2] = d[n - 1] = (Byte)byte;
    }
    return to;
  }
  if (n >= kStringOperation) {
    __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(byte) : "memory");
    return to;
  }
  const __m128i block = _mm_set1_epi8((char)byte);
  store(d, block);
  store(d + n - 16, block);
  for (size_t i = 16; i + 16 < n; i += 16) store(d + i, block);
  return to;
}
#endif
