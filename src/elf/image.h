// An object mapped into memory: file-backed pages, shared with every other process that maps them until written.
// Addresses are those of the file ("vaddr"); what is asked for is answered only if it lies inside one segment.
// Destroying the image unmaps it, unless keep() was called: code of it that has run may be anywhere by then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "elf/layout.h"

namespace elf {

class Image {
 public:
  static base::Result<Image> map(Source const&, Layout);
  Image(Image&&) noexcept;
  Image& operator=(Image&&) = delete;
  ~Image();
  void keep() { kept_ = true; }

  Layout const& layout() const { return layout_; }
  std::uintptr_t base() const { return base_; }  // what is added to a vaddr
  std::uintptr_t begin() const { return base_ + layout_.begin; }
  std::size_t size() const { return layout_.end - layout_.begin; }
  bool holds(std::uintptr_t address) const { return address - begin() < size(); }

  // The program header as it lies in memory, where dl_iterate_phdr points; a copy if it is in no segment.
  Elf64_Phdr const* headers() const;

  // Null unless all `size` bytes are in one readable (writable, executable) segment.
  std::byte const* readable(std::uint64_t vaddr, std::uint64_t size) const { return inside(vaddr, size, PF_R); }
  std::byte* writable(std::uint64_t vaddr, std::uint64_t size) const { return inside(vaddr, size, PF_W); }
  bool is_executable(std::uint64_t vaddr) const { return inside(vaddr, 1, PF_X) != nullptr; }

  // How many bytes are readable from `vaddr` to its segment's end; 0 if none.
  std::uint64_t readable_from(std::uint64_t vaddr) const;

  // Write-protects what the linker marked PT_GNU_RELRO.
  base::Result<void> protect_relocated() const;

 private:
  explicit Image(Layout layout) : layout_(std::move(layout)) {}
  std::byte* inside(std::uint64_t vaddr, std::uint64_t size, unsigned flags) const;
  base::Result<void> map_segment(Source const&, Elf64_Phdr const&);

  Layout layout_;
  std::uintptr_t base_ = 0;
  bool kept_ = true;  // nothing to unmap yet
};

}  // namespace elf
