/* Large-file names of older musl, functions of the C library as data, and a resolver. */
#include <string.h>
#include <sys/stat.h>

extern int stat64(const char*, struct stat*);
static int (*const table[])(const char*, const char*) = {strcmp, strcoll};
int compare(const char* a, const char* b) { return table[1](a, b) == table[0](a, b); }
long long size_of(const char* path) {
  struct stat status;
  return stat64(path, &status) == 0 ? status.st_size : -1;
}
static int forty_two(void) { return 42; }
__attribute__((used)) static void* resolve(void) { return forty_two; }
__asm__(".globl picked\n.type picked, @gnu_indirect_function\n.set picked, resolve\n");
