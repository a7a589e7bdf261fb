#include "base/program.h"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" [[gnu::visibility("hidden")]] char const __ehdr_start[];

namespace base {

std::uintptr_t program_base() {
  return reinterpret_cast<std::uintptr_t>(__ehdr_start);
}

std::span<Elf64_Phdr const> program_headers() {
  return {reinterpret_cast<Elf64_Phdr const*>(::getauxval(AT_PHDR)), ::getauxval(AT_PHNUM)};
}

// Pages that a segment shares with a neighbour are left out.
void forget_program_pages() {
  auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (auto const& segment : program_headers()) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    auto const address = program_base() + segment.p_vaddr;
    auto const begin = (address + page - 1) / page * page;
    auto const end = (address + segment.p_filesz) / page * page;
    if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

}  // namespace base
