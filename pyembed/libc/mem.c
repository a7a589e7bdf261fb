/* memcpy and memmove for x86-64, small sizes first: most copies of an interpreter are below 64 bytes, where musl's
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

/* From here on the processor's own string copy (ERMS) is at least as fast. */
enum { kStringCopy = 1024 };

/* Without `restrict`, here and below: memmove relies on loads and stores staying in the order written. */
static void *copy_up(void *to, const void *from, size_t n) {
  if (n < kStringCopy) return copy_forward(to, from, n), to;
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
#endif
