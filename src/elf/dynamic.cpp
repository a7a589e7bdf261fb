#include "elf/dynamic.h"

#include <algorithm>
#include <array>

#ifndef DT_RELRSZ
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

namespace elf {
namespace {

using base::failure;
using base::Result;

// The entries with small tags by tag, and the others we know.
struct Entries {
  std::array<std::uint64_t, 40> small{};
  std::uint64_t gnu_hash = 0, versions = 0;
  std::vector<std::uint64_t> needed;

  std::uint64_t operator[](std::size_t tag) const { return small[tag]; }
};

Result<Entries> entries_of(Image const& image) {
  auto const& section = image.layout().dynamic;
  auto const count = section.p_memsz / sizeof(Elf64_Dyn);
  auto const* const entry = reinterpret_cast<Elf64_Dyn const*>(image.readable(section.p_vaddr, section.p_memsz));
  if (!entry || section.p_vaddr % alignof(Elf64_Dyn) != 0) return failure("its dynamic section is damaged");
  Entries entries;
  for (std::size_t i = 0; i < count && entry[i].d_tag != DT_NULL; ++i) {
    auto const tag = static_cast<std::uint64_t>(entry[i].d_tag), value = entry[i].d_un.d_val;
    if (tag == DT_NEEDED) entries.needed.push_back(value);
    if (tag < entries.small.size()) entries.small[tag] = value;
    if (tag == DT_GNU_HASH) entries.gnu_hash = value;
    if (tag == DT_VERSYM) entries.versions = value;
  }
  return entries;
}

template <typename T>
Result<std::span<T const>> table(Image const& image, std::uint64_t vaddr, std::uint64_t size) {
  if (size == 0) return std::span<T const>();
  auto const* const bytes = image.readable(vaddr, size);
  if (!bytes || vaddr % alignof(T) != 0) return failure("a table of it lies outside of what is loaded");
  return std::span(reinterpret_cast<T const*>(bytes), size / sizeof(T));
}

Result<void> read_relocations(Dynamic& dynamic, Image const& image, Entries const& entries) {
  if (entries[DT_RELSZ] || (entries[DT_PLTRELSZ] && entries[DT_PLTREL] != DT_RELA)) {
    return failure("it has relocations of a kind this processor does not use");
  }
  if (entries[DT_TEXTREL] || (entries[DT_FLAGS] & DF_TEXTREL))
    return failure("its code must be relocated (it is not PIC)");
  dynamic.relocations = TRY(table<Elf64_Rela>(image, entries[DT_RELA], entries[DT_RELASZ]));
  dynamic.slots = TRY(table<Elf64_Rela>(image, entries[DT_JMPREL], entries[DT_PLTRELSZ]));
  dynamic.relative = TRY(table<std::uint64_t>(image, entries[DT_RELR], entries[DT_RELRSZ]));
  return {};
}

Result<void> read_functions(Dynamic& dynamic, Image const& image, Entries const& entries) {
  dynamic.initialize = entries[DT_INIT];
  dynamic.finalize = entries[DT_FINI];
  dynamic.initializers = TRY(table<std::uintptr_t>(image, entries[DT_INIT_ARRAY], entries[DT_INIT_ARRAYSZ]));
  dynamic.finalizers = TRY(table<std::uintptr_t>(image, entries[DT_FINI_ARRAY], entries[DT_FINI_ARRAYSZ]));
  for (auto const function : {dynamic.initialize, dynamic.finalize}) {
    if (function != 0 && !image.is_executable(function)) return failure("its initializer is no code");
  }
  return {};
}

}  // namespace

Result<Dynamic> Dynamic::read(Image const& image) {
  auto const entries = TRY(entries_of(image));
  Dynamic dynamic;
  dynamic.symbols = TRY(SymbolTable::read(image, {.symbols = entries[DT_SYMTAB],
                                                  .strings = entries[DT_STRTAB],
                                                  .strings_size = entries[DT_STRSZ],
                                                  .gnu_hash = entries.gnu_hash,
                                                  .system_v_hash = entries[DT_HASH],
                                                  .versions = entries.versions}));
  for (auto const offset : entries.needed) dynamic.needed.push_back(dynamic.symbols.string(offset));
  if (std::ranges::contains(dynamic.needed, std::string_view())) return failure("its dynamic section is damaged");
  if (entries[DT_SONAME]) dynamic.own_name = dynamic.symbols.string(entries[DT_SONAME]);
  auto const path = entries[DT_RUNPATH] ? entries[DT_RUNPATH] : entries[DT_RPATH];
  if (path) dynamic.search_path = dynamic.symbols.string(path);
  dynamic.has_static_storage = entries[DT_FLAGS] & DF_STATIC_TLS;
  TRY_VOID(read_relocations(dynamic, image, entries));
  TRY_VOID(read_functions(dynamic, image, entries));
  return dynamic;
}

std::string_view Dynamic::need_of_glibc() const {
  auto const found = std::ranges::find_if(needed, [](std::string_view name) {
    return name == "libc.so.6" || name == "libm.so.6" || name == "libpthread.so.0" || name.starts_with("ld-linux");
  });
  return found == needed.end() ? std::string_view() : *found;
}

}  // namespace elf
