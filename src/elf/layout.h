// What an object file's header says about itself, checked: where its segments lie in the file and in memory.
// After read() succeeds: the file is a shared object for this processor; its segments follow one another without
// overlap, lie inside the file, and can be mapped page by page. Nothing has been mapped yet.
#pragma once

#include <elf.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"

namespace elf {

// An object in an open file, which may hold more than it: `offset` is a multiple of the page size.
struct Source {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Layout {
  std::vector<Elf64_Phdr> headers;  // all of them, as in the file
  std::vector<Elf64_Phdr> loads;    // ascending
  Elf64_Phdr dynamic{};
  std::optional<Elf64_Phdr> thread_storage;
  std::optional<Elf64_Phdr> read_only_after_relocation;
  std::uint64_t headers_offset = 0;  // in the file
  std::uint64_t begin = 0, end = 0;  // addresses, whole pages
  std::uint64_t page = 0;            // bytes
  std::uint64_t alignment = 0;       // of the whole in memory; at least a page

  // Errors say what is wrong, without the file's name.
  static base::Result<Layout> read(Source const&);
};

}  // namespace elf
