#include "elf/process/executable.h"

#include <sys/auxv.h>

#include "base/program.h"

extern "C" [[gnu::visibility("hidden"), gnu::weak]] Elf64_Dyn _DYNAMIC[];

namespace elf {
namespace {

constinit Executable executable;

}  // namespace

// Any thread may come first; all write the same.
Executable& Executable::get() {
  auto& self = executable;
  if (self.end != 0) return self;
  auto const base = base::program_base();
  self.headers = base::program_headers();
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
