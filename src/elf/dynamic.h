// What an object's .dynamic section tells: its symbols, what it needs, its relocations, what runs at load and exit.
// Tables point into the image, which must outlive this; their bounds are checked, their contents are not.
#pragma once

#include <string>
#include <vector>

#include "elf/symbol_table.h"

namespace elf {

struct Dynamic {
  SymbolTable symbols;
  std::vector<std::string_view> needed;  // names of objects, in order
  std::string_view own_name;             // DT_SONAME
  std::string_view search_path;          // DT_RUNPATH, else DT_RPATH: folders between colons, $ORIGIN not yet replaced
  std::span<Elf64_Rela const> relocations, slots;
  std::span<std::uint64_t const> relative;  // DT_RELR
  bool has_static_storage = false;          // says of itself that it has initial-exec accesses
  // Addresses of functions, 0 for none; the arrays hold addresses once relocated.
  std::uint64_t initialize = 0, finalize = 0;
  std::span<std::uintptr_t const> initializers, finalizers;

  static base::Result<Dynamic> read(Image const&);

  // The name by which it asks for glibc, or empty.
  std::string_view need_of_glibc() const;
};

}  // namespace elf
