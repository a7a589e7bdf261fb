// The executable as the first of the loaded objects: it has no file to map, and offers a table instead of symbols.
#pragma once

#include <link.h>

#include <cstdint>
#include <span>

namespace elf {

struct Executable {
  link_map map{};
  std::span<Elf64_Phdr const> headers;
  std::uintptr_t begin = 0, end = 0;

  bool holds(std::uintptr_t address) const { return address - begin < end - begin; }

  // Known from the start of the program on.
  static Executable& get();
};

}  // namespace elf
