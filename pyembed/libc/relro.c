/* musl's start code relocates a static-PIE but never write-protects what the linker marked PT_GNU_RELRO: done here,
 * before other constructors run. */
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

extern const char __ehdr_start[] __attribute__((visibility("hidden")));

__attribute__((constructor(101))) static void protect_relocated_data(void) {
  const ElfW(Phdr) *segment = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  const uintptr_t page = getauxval(AT_PAGESZ), count = getauxval(AT_PHNUM);
  for (uintptr_t i = 0; i < count; ++i, ++segment) {
    if (segment->p_type != PT_GNU_RELRO) continue;
    uintptr_t start = (uintptr_t)__ehdr_start + segment->p_vaddr, end = start + segment->p_memsz;
    start &= -page;
    end &= -page;
    if (start < end) mprotect((void *)start, end - start, PROT_READ);
  }
}
