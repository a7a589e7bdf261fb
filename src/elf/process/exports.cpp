#include "elf/process/exports.h"

#include <algorithm>

namespace elf {
namespace {

// Distances are from the field itself: the table needs no relocation.
struct Row {
  std::uint32_t hash;
  std::int32_t name;
  std::int32_t address;
};

}  // namespace
}  // namespace elf

// Sorted by hash. In the file that exports.py writes.
extern "C" [[gnu::visibility("hidden")]] elf::Row const elf_exports[];
extern "C" [[gnu::visibility("hidden")]] std::uint32_t const elf_exports_count;
extern "C" [[gnu::visibility("hidden")]] elf::Row const elf_zlib_exports[];
extern "C" [[gnu::visibility("hidden")]] std::uint32_t const elf_zlib_exports_count;

namespace elf {
namespace {

char const* name_of(Row const& row) {
  return reinterpret_cast<char const*>(&row.name) + row.name;
}

std::uintptr_t address_of(Row const& row) {
  return reinterpret_cast<std::uintptr_t>(&row.address) + static_cast<std::uintptr_t>(std::intptr_t{row.address});
}

std::span<Row const> rows() {
  return {elf_exports, elf_exports_count};
}

std::uintptr_t find(std::span<Row const> table, Name const& name) {
  auto const candidates = std::ranges::equal_range(table, name.gnu_hash(), {}, &Row::hash);
  for (auto const& row : candidates) {
    if (name.text() == name_of(row)) return address_of(row);
  }
  return 0;
}

}  // namespace

std::uintptr_t find_export(Name const& name) {
  return find(rows(), name);
}

std::uintptr_t find_zlib_export(Name const& name) {
  return find({elf_zlib_exports, elf_zlib_exports_count}, name);
}

Export nearest_export(std::uintptr_t address) {
  Export best;
  for (auto const& row : rows()) {
    auto const found = address_of(row);
    if (found <= address && found > best.address) best = {name_of(row), found};
  }
  return best;
}

}  // namespace elf
