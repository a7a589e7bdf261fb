#include "elf/process/debugger.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "elf/process/executable.h"

// The names debuggers know. Of these the first is found through DT_DEBUG, or as a symbol.
extern "C" {
r_debug _r_debug;
[[gnu::noinline]] void _dl_debug_state() {
  __asm__ volatile("" ::: "memory");
}
}

namespace elf {
namespace {

// .dynamic of a static-PIE is write-protected by now (pyembed/libc/relro.c).
void point_dynamic_section_here(Elf64_Dyn* entry) {
  while (entry && entry->d_tag != DT_NULL && entry->d_tag != DT_DEBUG) ++entry;
  if (!entry || entry->d_tag != DT_DEBUG) return;
  auto const page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto* const start = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(entry) & -page);
  if (::mprotect(start, page, PROT_READ | PROT_WRITE) != 0) return;
  entry->d_un.d_ptr = reinterpret_cast<uintptr_t>(&_r_debug);
  ::mprotect(start, page, PROT_READ);
}

[[gnu::constructor]] void prepare() {
  auto& executable = Executable::get();
  _r_debug = {.r_version = 1,
              .r_map = &executable.map,
              .r_brk = reinterpret_cast<uintptr_t>(&_dl_debug_state),
              .r_state = r_debug::RT_CONSISTENT,
              .r_ldbase = 0};
  point_dynamic_section_here(executable.map.l_ld);
}

}  // namespace

void announce_loading() {
  _r_debug.r_state = r_debug::RT_ADD;
  _dl_debug_state();
}

void announce_completion() {
  _r_debug.r_state = r_debug::RT_CONSISTENT;
  _dl_debug_state();
}

}  // namespace elf
