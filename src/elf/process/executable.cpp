#include "elf/process/executable.h"

#include <sys/auxv.h>

extern "C" [[gnu::visibility("hidden")]] char const __ehdr_start[];
extern "C" [[gnu::visibility("hidden"), gnu::weak]] Elf64_Dyn _DYNAMIC[];

namespace elf {
namespace {

constinit Executable executable;

}  // namespace

// Any thread may come first; all write the same.
Executable& Executable::get() {
  auto& self = executable;
  if (self.end != 0) return self;
  auto const base = reinterpret_cast<std::uintptr_t>(__ehdr_start);
  self.headers = {reinterpret_cast<Elf64_Phdr const*>(::getauxval(AT_PHDR)), ::getauxval(AT_PHNUM)};
  self.map.l_addr = base;
  self.map.l_ld = _DYNAMIC;
  self.map.l_name = reinterpret_cast<char*>(::getauxval(AT_EXECFN));
  self.begin = base;
  std::uintptr_t end = base + 1;
  for (auto const& segment : self.headers) {
    if (segment.p_type == PT_LOAD && base + segment.p_vaddr + segment.p_memsz > end) {
      end = base + segment.p_vaddr + segment.p_memsz;
    }
  }
  self.end = end;
  return self;
}

}  // namespace elf
