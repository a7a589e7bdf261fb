#include "elf/relocation.h"

#include <string.h>

namespace elf {
namespace {

using base::failure;
using base::Result;

class Relocator {
 public:
  Relocator(Image const& image, Dynamic const& dynamic, Binder& binder)
      : image_(image), dynamic_(dynamic), binder_(binder) {}

  Result<void> apply_relative();
  enum class Round { ordinary, resolvers };
  Result<void> apply(std::span<Elf64_Rela const>, Round);

 private:
  Result<void> apply_one(Elf64_Rela const&, Wants);
  Result<Binding> binding_of(std::uint32_t index);
  std::uintptr_t value_of(Binding const&);
  Result<ThreadStorage const*> storage_of(Binding const&) const;
  Result<void> write_descriptor(Elf64_Rela const&, Binding const&);
  Result<void> write(std::uint64_t vaddr, std::uint64_t value);
  Result<void> add_base(std::uint64_t vaddr);

  Image const& image_;
  Dynamic const& dynamic_;
  Binder& binder_;
  // Relocations for one symbol tend to follow one another.
  std::uint32_t last_index_ = 0;
  Binding last_;
};

std::unexpected<base::Error> misplaced() {
  return failure("a relocation of it lies outside of its data");
}

Result<void> Relocator::write(std::uint64_t vaddr, std::uint64_t value) {
  auto* const place = image_.writable(vaddr, sizeof value);
  if (!place) return misplaced();
  ::memcpy(place, &value, sizeof value);
  return {};
}

Result<void> Relocator::add_base(std::uint64_t vaddr) {
  auto const* const place = image_.writable(vaddr, sizeof(std::uint64_t));
  if (!place) return misplaced();
  std::uint64_t value;
  ::memcpy(&value, place, sizeof value);
  return write(vaddr, value + image_.base());
}

// DT_RELR: an address, then words whose bits say which of the next 63 words are meant as well.
Result<void> Relocator::apply_relative() {
  std::uint64_t next = 0;
  for (std::uint64_t const word : dynamic_.relative) {
    if ((word & 1) == 0) {
      TRY_VOID(add_base(word));
      next = word + 8;
      continue;
    }
    for (auto bits = word >> 1, place = next; bits != 0; bits >>= 1, place += 8) {
      if (bits & 1) TRY_VOID(add_base(place));
    }
    next += 63 * 8;
  }
  return {};
}

Result<void> Relocator::apply(std::span<Elf64_Rela const> entries, Round round) {
  for (auto const& place : entries) {
    Elf64_Rela const entry = place;  // a damaged object may relocate its own relocations
    auto const wanted = wants(static_cast<std::uint32_t>(entry.r_info));
    if ((wanted == Wants::resolved) != (round == Round::resolvers)) continue;
    TRY_VOID(apply_one(entry, wanted));
  }
  return {};
}

Result<Binding> Relocator::binding_of(std::uint32_t index) {
  if (index == 0) return Binding{image_.base(), nullptr, binder_.own_storage()};
  if (index == last_index_) return last_;
  auto const* const symbol = dynamic_.symbols.at(index);
  if (!symbol) return failure("a relocation of it names no symbol");
  if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) {
    last_ = {image_.base() + symbol->st_value, symbol, binder_.own_storage()};
  } else {
    last_ = TRY(binder_.bind(*symbol, dynamic_.symbols.name(*symbol)));
  }
  last_index_ = index;
  return last_;
}

std::uintptr_t Relocator::value_of(Binding const& binding) {
  bool const is_resolver = binding.symbol && ELF64_ST_TYPE(binding.symbol->st_info) == STT_GNU_IFUNC;
  return is_resolver && binding.address ? binder_.call_resolver(binding.address) : binding.address;
}

Result<ThreadStorage const*> Relocator::storage_of(Binding const& binding) const {
  if (binding.storage) return binding.storage;
  return failure("it wants a thread-local variable that no loaded object has");
}

Result<void> Relocator::write_descriptor(Elf64_Rela const& entry, Binding const& binding) {
  auto const* const storage = TRY(storage_of(binding));
  auto const offset = (binding.symbol ? binding.symbol->st_value : 0) + static_cast<std::uint64_t>(entry.r_addend);
  Binder::Descriptor descriptor{binder_.static_descriptor_function(),
                                static_cast<std::uintptr_t>(storage->distance) + offset};
  if (!storage->is_static) descriptor = binder_.dynamic_descriptor(storage->module, offset);
  TRY_VOID(write(entry.r_offset, descriptor.function));
  return write(entry.r_offset + 8, descriptor.argument);
}

Result<void> Relocator::apply_one(Elf64_Rela const& entry, Wants wanted) {
  auto const addend = static_cast<std::uint64_t>(entry.r_addend);
  if (wanted == Wants::nothing) return {};
  if (wanted == Wants::relative) return write(entry.r_offset, image_.base() + addend);
  if (wanted == Wants::resolved) {
    if (!image_.is_executable(addend)) return failure("a resolver of it is no code");
    return write(entry.r_offset, binder_.call_resolver(image_.base() + addend));
  }
  auto const binding = TRY(binding_of(static_cast<std::uint32_t>(entry.r_info >> 32)));
  auto const value = binding.symbol ? binding.symbol->st_value : 0;
  switch (wanted) {
    case Wants::absolute:
      return write(entry.r_offset, value_of(binding) + addend);
    case Wants::slot:
      return write(entry.r_offset, value_of(binding) + (kSlotsHaveAddends ? addend : 0));
    case Wants::module: {
      auto const* const storage = TRY(storage_of(binding));
      return write(entry.r_offset, storage->module);
    }
    case Wants::module_offset:
      return write(entry.r_offset, value + addend);
    case Wants::thread_offset: {
      auto const* const storage = TRY(storage_of(binding));
      if (!storage->is_static) return failure("it wants a thread-local variable at a fixed place, which it has not");
      return write(entry.r_offset, static_cast<std::uint64_t>(storage->distance) + value + addend);
    }
    case Wants::descriptor:
      return write_descriptor(entry, binding);
    case Wants::size:
      return write(entry.r_offset, (binding.symbol ? binding.symbol->st_size : 0) + addend);
    default:
      return failure("it has relocations of type " + std::to_string(static_cast<std::uint32_t>(entry.r_info)) +
                     ", which shared objects have not");
  }
}

}  // namespace

Result<void> relocate(Image const& image, Dynamic const& dynamic, Binder& binder) {
  Relocator relocator(image, dynamic, binder);
  TRY_VOID(relocator.apply_relative());
  for (auto const round : {Relocator::Round::ordinary, Relocator::Round::resolvers}) {
    TRY_VOID(relocator.apply(dynamic.relocations, round));
    TRY_VOID(relocator.apply(dynamic.slots, round));
  }
  return {};
}

}  // namespace elf
