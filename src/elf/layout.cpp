#include "elf/layout.h"

#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "elf/machine.h"

namespace elf {
namespace {

using base::failure;
using base::Result;

constexpr std::uint64_t kMaxAddress = 1ull << 46;
constexpr std::uint64_t kMaxAlignment = 1ull << 30;

Result<void> read_exactly(Source const& source, std::uint64_t at, void* to, std::size_t size) {
  if (at > source.size || size > source.size - at) return failure("the file is truncated");
  auto* bytes = static_cast<char*>(to);
  while (size > 0) {
    ssize_t const got = ::pread(source.descriptor, bytes, size, static_cast<off_t>(source.offset + at));
    if (got <= 0) return failure("the file cannot be read");
    bytes += got, at += static_cast<std::uint64_t>(got), size -= static_cast<std::size_t>(got);
  }
  return {};
}

Result<Elf64_Ehdr> read_header(Source const& source) {
  Elf64_Ehdr header;
  if (source.size < sizeof header) return failure("it is no ELF object: it is too short");
  TRY_VOID(read_exactly(source, 0, &header, sizeof header));
  if (::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return failure("it is no ELF object");
  if (header.e_ident[EI_CLASS] == ELFCLASS32) return failure("it is built for a 32-bit processor");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != kMachine) {
    return failure(std::string("it is built for ") + machine_name(header.e_machine) + ", and this program for " +
                   machine_name(kMachine));
  }
  if (header.e_type != ET_DYN) return failure("it is no shared object");
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0) return failure("its program header is damaged");
  return header;
}

// p_align of 0 and 1 both mean none.
bool is_alignment(std::uint64_t value) {
  return (value & (value - 1)) == 0 && value <= kMaxAlignment;
}

Result<void> check_segment(Elf64_Phdr const& segment, Source const& source) {
  bool const in_memory = segment.p_vaddr < kMaxAddress && segment.p_memsz < kMaxAddress;
  bool const in_file = segment.p_offset <= source.size && segment.p_filesz <= source.size - segment.p_offset;
  if (!in_memory || segment.p_filesz > segment.p_memsz || !is_alignment(segment.p_align)) {
    return failure("a segment of it is damaged");
  }
  if (!in_file) return failure("the file is truncated");
  return {};
}

Result<void> add_load(Layout& layout, Elf64_Phdr const& segment) {
  if (segment.p_memsz == 0) return {};
  auto const mask = layout.page - 1;
  if ((segment.p_vaddr & mask) != (segment.p_offset & mask)) return failure("a segment of it is not aligned to pages");
  if ((segment.p_flags & PF_W) && (segment.p_flags & PF_X))
    return failure("a segment of it is writable and executable");
  auto const begin = segment.p_vaddr & ~mask, end = (segment.p_vaddr + segment.p_memsz + mask) & ~mask;
  if (layout.loads.empty()) layout.begin = begin;
  if (!layout.loads.empty() && begin < layout.end) return failure("its segments overlap");
  layout.end = end;
  layout.alignment = std::max(layout.alignment, segment.p_align);
  layout.loads.push_back(segment);
  return {};
}

bool lies_in_a_load(Layout const& layout, Elf64_Phdr const& segment) {
  return std::ranges::any_of(layout.loads, [&](Elf64_Phdr const& load) {
    return segment.p_vaddr >= load.p_vaddr && segment.p_vaddr + segment.p_memsz <= load.p_vaddr + load.p_memsz;
  });
}

// Only the image of thread-local storage must be in memory; its zeros exist in each thread's block alone.
Result<void> check_places(Layout const& layout) {
  if (layout.loads.empty()) return failure("it has nothing to load");
  if (layout.dynamic.p_memsz == 0) return failure("it has no dynamic section");
  auto image = layout.thread_storage.value_or(Elf64_Phdr{});
  image.p_memsz = image.p_filesz;
  bool good = lies_in_a_load(layout, layout.dynamic) && (image.p_filesz == 0 || lies_in_a_load(layout, image));
  if (auto const& relro = layout.read_only_after_relocation) {
    good = good && relro->p_vaddr >= layout.begin && relro->p_vaddr + relro->p_memsz <= layout.end;
  }
  if (!good) return failure("a segment of it lies outside of what is loaded");
  return {};
}

}  // namespace

Result<Layout> Layout::read(Source const& source) {
  auto const header = TRY(read_header(source));
  Layout layout;
  layout.page = layout.alignment = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  layout.headers_offset = header.e_phoff;
  layout.headers.resize(header.e_phnum);
  TRY_VOID(read_exactly(source, header.e_phoff, layout.headers.data(), layout.headers.size() * sizeof(Elf64_Phdr)));
  for (auto const& segment : layout.headers) {
    if (segment.p_type == PT_LOAD || segment.p_type == PT_DYNAMIC || segment.p_type == PT_TLS ||
        segment.p_type == PT_GNU_RELRO) {
      TRY_VOID(check_segment(segment, source));
    }
    if (segment.p_type == PT_LOAD) TRY_VOID(add_load(layout, segment));
    if (segment.p_type == PT_DYNAMIC) layout.dynamic = segment;
    if (segment.p_type == PT_TLS && segment.p_memsz > 0) layout.thread_storage = segment;
    if (segment.p_type == PT_GNU_RELRO) layout.read_only_after_relocation = segment;
  }
  TRY_VOID(check_places(layout));
  return layout;
}

}  // namespace elf
