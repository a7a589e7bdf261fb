// The dynamic symbols of an object, found by name through its GNU or System V hash table.
// Every access is checked against the tables' bounds, as the file may be damaged or lie.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "elf/image.h"

namespace elf {

// A name and its hash, computed once for a search through many objects. The text is a borrowed C string.
class Name {
 public:
  explicit Name(char const* text) : Name(std::string_view(text)) {}
  explicit Name(std::string_view text);
  std::string_view text() const { return text_; }
  std::uint32_t gnu_hash() const { return gnu_hash_; }
  std::uint32_t system_v_hash() const;

 private:
  std::string_view text_;
  std::uint32_t gnu_hash_ = 5381;
};

class SymbolTable {
 public:
  // Addresses as .dynamic tells them; 0 where it has no such entry.
  struct Places {
    std::uint64_t symbols = 0, strings = 0, strings_size = 0, gnu_hash = 0, system_v_hash = 0, versions = 0;
  };

  static base::Result<SymbolTable> read(Image const&, Places const&);

  // A definition others may bind to, or null.
  Elf64_Sym const* find(Name const&) const;

  // By index, as relocations name them; null beyond the end.
  Elf64_Sym const* at(std::uint32_t index) const;

  // The defined symbol with the highest value not above this one, or null.
  Elf64_Sym const* nearest(std::uint64_t value) const;

  // Null-terminated where it lies; empty if the offset is none of the table's.
  std::string_view string(std::uint64_t offset) const;
  std::string_view name(Elf64_Sym const& symbol) const { return string(symbol.st_name); }

 private:
  Elf64_Sym const* find_by_gnu_hash(Name const&) const;
  Elf64_Sym const* find_by_system_v_hash(Name const&) const;
  bool is_definition_of(std::uint32_t index, std::string_view name) const;
  std::uint32_t count() const;

  std::span<Elf64_Sym const> symbols_;  // to the end of their segment: the file tells their number nowhere
  std::span<char const> strings_;
  std::span<std::uint16_t const> versions_;
  std::span<std::uint32_t const> system_v_;  // as above, to the end of the segment
  // The parts of a GNU hash table
  std::span<std::uint64_t const> bloom_;
  std::span<std::uint32_t const> buckets_, chains_;
  std::uint32_t first_hashed_ = 0, bloom_shift_ = 0;
};

}  // namespace elf
