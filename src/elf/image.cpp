#include "elf/image.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

namespace elf {
namespace {

using base::Result;

int protection(Elf64_Phdr const& segment) {
  return (segment.p_flags & PF_R ? PROT_READ : 0) | (segment.p_flags & PF_W ? PROT_WRITE : 0) |
         (segment.p_flags & PF_X ? PROT_EXEC : 0);
}

std::unexpected<base::Error> failed_mapping() {
  return std::unexpected(base::Error::from_errno("it cannot be mapped", errno));
}

void* at(std::uintptr_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT: addresses of a file's contents are numbers
}

// An address range of its own, aligned; what was reserved too much is given back.
Result<std::uintptr_t> reserve(std::uint64_t size, std::uint64_t alignment, std::uint64_t page) {
  auto const slack = alignment > page ? alignment : 0;
  void* const got = ::mmap(nullptr, size + slack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got == MAP_FAILED) return failed_mapping();
  auto const start = reinterpret_cast<std::uintptr_t>(got);
  auto const aligned = slack ? (start + alignment - 1) & ~(alignment - 1) : start;
  if (aligned > start) ::munmap(at(start), aligned - start);
  if (start + slack > aligned) ::munmap(at(aligned + size), start + slack - aligned);
  return aligned;
}

}  // namespace

Image::Image(Image&& other) noexcept : layout_(std::move(other.layout_)), base_(other.base_), kept_(other.kept_) {
  other.kept_ = true;
}

Image::~Image() {
  if (!kept_) ::munmap(at(begin()), size());
}

Result<Image> Image::map(Source const& source, Layout layout) {
  Image image(std::move(layout));
  auto const& wanted = image.layout_;
  auto const misplaced = wanted.begin & (wanted.alignment - 1);  // the first page need not be the aligned one
  auto const reserved = TRY(reserve(wanted.end - wanted.begin + misplaced, wanted.alignment, wanted.page));
  if (misplaced) ::munmap(at(reserved), misplaced);
  image.base_ = reserved + misplaced - wanted.begin;
  image.kept_ = false;
  for (auto const& segment : wanted.loads) TRY_VOID(image.map_segment(source, segment));
  return image;
}

Result<void> Image::map_segment(Source const& source, Elf64_Phdr const& segment) {
  auto const mask = layout_.page - 1;
  auto const start = base_ + segment.p_vaddr, first_page = start & ~mask;
  auto const file_end = start + segment.p_filesz, memory_end = start + segment.p_memsz;
  auto const file_pages_end = segment.p_filesz ? (file_end + mask) & ~mask : first_page;
  auto const offset = static_cast<off_t>(source.offset + (segment.p_offset & ~mask));
  if (segment.p_filesz && ::mmap(at(first_page), file_pages_end - first_page, protection(segment),
                                 MAP_PRIVATE | MAP_FIXED, source.descriptor, offset) == MAP_FAILED) {
    return failed_mapping();
  }
  // Zeros behind the file's part: the rest of its last page, then pages of their own.
  if (memory_end > file_end && segment.p_filesz && (segment.p_flags & PF_W)) {
    auto const zeros_end = memory_end < file_pages_end ? memory_end : file_pages_end;
    ::memset(at(file_end), 0, zeros_end - file_end);
  }
  if (memory_end > file_pages_end) {
    auto const size = ((memory_end + mask) & ~mask) - file_pages_end;
    if (::mmap(at(file_pages_end), size, protection(segment), MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) ==
        MAP_FAILED) {
      return failed_mapping();
    }
  }
  return {};
}

std::byte* Image::inside(std::uint64_t vaddr, std::uint64_t size, unsigned flags) const {
  for (auto const& load : layout_.loads) {
    if (vaddr < load.p_vaddr || vaddr - load.p_vaddr > load.p_memsz) continue;
    if (size > load.p_memsz - (vaddr - load.p_vaddr) || (load.p_flags & flags) != flags) continue;
    return static_cast<std::byte*>(at(base_ + vaddr));
  }
  return nullptr;
}

std::uint64_t Image::readable_from(std::uint64_t vaddr) const {
  for (auto const& load : layout_.loads) {
    if (vaddr < load.p_vaddr || vaddr - load.p_vaddr >= load.p_memsz || !(load.p_flags & PF_R)) continue;
    return load.p_memsz - (vaddr - load.p_vaddr);
  }
  return 0;
}

Elf64_Phdr const* Image::headers() const {
  auto const size = layout_.headers.size() * sizeof(Elf64_Phdr);
  for (auto const& load : layout_.loads) {
    if (load.p_offset > layout_.headers_offset || layout_.headers_offset + size > load.p_offset + load.p_filesz)
      continue;
    auto const* const found = readable(load.p_vaddr + layout_.headers_offset - load.p_offset, size);
    if (found) return reinterpret_cast<Elf64_Phdr const*>(found);
  }
  return layout_.headers.data();
}

Result<void> Image::protect_relocated() const {
  auto const& relro = layout_.read_only_after_relocation;
  if (!relro) return {};
  auto const mask = layout_.page - 1;
  auto const first = (base_ + relro->p_vaddr) & ~mask, end = (base_ + relro->p_vaddr + relro->p_memsz) & ~mask;
  if (end > first && ::mprotect(at(first), end - first, PROT_READ) != 0) return failed_mapping();
  return {};
}

}  // namespace elf
