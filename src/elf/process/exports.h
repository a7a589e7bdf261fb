// What this executable offers to loaded objects: musl's public names and Python's, nothing else. A wheel that brings
// its own OpenSSL or zlib must never be bound to ours. The table is generated when the executable is linked
// (exports.py).
#pragma once

#include "elf/symbol_table.h"

namespace elf {

// The address of a function or variable, or 0.
std::uintptr_t find_export(Name const&);

// zlib's functions, for objects that name libz.so.1 among their needs: musllinux lets wheels count on the system's (PEP
// 656's policy in auditwheel), and there is no system here. Only those objects see them, and after everything else.
std::uintptr_t find_zlib_export(Name const&);

// For dladdr: the exported name with the highest address not above this one.
struct Export {
  char const* name = nullptr;
  std::uintptr_t address = 0;
};
Export nearest_export(std::uintptr_t address);

}  // namespace elf
