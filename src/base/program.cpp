#include "base/program.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <span>

extern "C" [[gnu::visibility("hidden")]] char const __ehdr_start[];

namespace base {

// Pages that a segment shares with a neighbour are left out.
void forget_program_pages() {
  auto const base = reinterpret_cast<std::uintptr_t>(__ehdr_start);
  auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  std::span const segments(reinterpret_cast<Elf64_Phdr const*>(::getauxval(AT_PHDR)), ::getauxval(AT_PHNUM));
  for (auto const& segment : segments) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    auto const begin = (base + segment.p_vaddr + page - 1) / page * page;
    auto const end = (base + segment.p_vaddr + segment.p_filesz) / page * page;
    if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

}  // namespace base
