/* The memory routines of pyembed/libc against the obvious ones, for every size and offset up to 300, at the very ends
 * of a mapping so that a read outside it faults. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { kMax = 300, kPage = 4096 };
typedef unsigned char Byte;

static Byte *guarded(void) {
  Byte *map = mmap(NULL, 3 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(map + kPage, kPage, PROT_READ | PROT_WRITE);
  return map + kPage;
}

static void check(int fine, const char *what, size_t n, size_t at) {
  if (fine) return;
  printf("%s fails: size %zu, position %zu\n", what, n, at);
  exit(1);
}

static int sign(int value) { return (value > 0) - (value < 0); }

static void test_compare(Byte *a, Byte *b, size_t n) {
  memset(a, 'a', n);
  memset(b, 'a', n);
  check(memcmp(a, b, n) == 0, "memcmp", n, 0);
  for (size_t i = 0; i < n; ++i) {
    a[i] = 200;
    check(sign(memcmp(a, b, n)) == 1 && sign(memcmp(b, a, n)) == -1, "memcmp", n, i);
    a[i] = 'a';
  }
}

static void test_scan(Byte *a, size_t n) {
  memset(a, 'a', n);
  check(!memchr(a, 'x', n) && !memrchr(a, 'x', n), "memchr", n, 0);
  for (size_t i = 0; i < n; ++i) {
    a[i] = 'x';
    check(memchr(a, 'x', n) == a + i && memrchr(a, 'x', n) == a + i, "memchr", n, i);
    check(!memchr(a, 'x', i) && !memrchr(a + i + 1, 'x', n - i - 1), "memchr before", n, i);
    a[i] = 0;
    check(strlen((char *)a) == i, "strlen", n, i);
    a[i] = 'a';
  }
}

/* As strnlen and realpath ask: n reaches beyond the last page, but the byte comes before its end. */
static void test_scan_beyond(Byte *end, size_t n) {
  memset(end - n, 'a', n);
  end[-1] = 'x';
  check(memchr(end - n, 'x', 4096) == end - 1, "memchr beyond", n, n - 1);
}

static void test_copy(Byte *page, size_t n) {
  static Byte before[kPage], after[kPage];
  for (size_t from = 0; from < 200; from += 7)
    for (size_t to = 0; to < 200; to += 11) {
      for (size_t i = 0; i < 2048; ++i) page[i] = before[i] = (Byte)(i * 31 + n);
      for (size_t i = 0; i < 2048; ++i) after[i] = i >= to && i < to + n ? before[from + i - to] : before[i];
      memmove(page + to, page + from, n);
      for (size_t i = 0; i < 2048; ++i) check(page[i] == after[i], "memmove", n, i);
    }
}

static void test_set(Byte *a, size_t n) {
  memcpy(a - 1, "x", 1);
  memset(a, 0x7f, n);
  memset(a, 0x181, n);
  for (size_t i = 0; i < n; ++i) check(a[i] == 0x81, "memset", n, i);
  check(a[-1] == 'x', "memset before", n, 0);
}

int main(void) {
  Byte *a = guarded(), *b = guarded();
  for (size_t n = 0; n <= kMax; ++n) {
    test_compare(a + kPage - n, b + kPage - n, n);
    test_compare(a, b + kPage - n, n);
    test_scan(a + kPage - n, n);
    test_scan(a, n);
    if (n > 0) test_scan_beyond(a + kPage, n);
    test_copy(a, n);
    test_set(a + kPage - n, n);
  }
  for (size_t n = 300; n < 4000; n += 13) test_set(a + kPage - n, n);
  for (size_t n = 300; n < 1800; n += 97) test_copy(a, n);
  check(memchr("abc", 'c', (size_t)-1) != NULL, "memchr", (size_t)-1, 2);
  puts("ok");
}
