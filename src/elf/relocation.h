// Writing addresses into an object's data, as its relocations ask. Only places in writable segments are written.
#pragma once

#include "elf/dynamic.h"

namespace elf {

// Where a thread-local block is found.
struct ThreadStorage {
  std::size_t module = 0;       // its number in every thread's vector
  bool is_static = false;       // at a fixed distance from the thread pointer
  std::ptrdiff_t distance = 0;  // from the thread pointer to the block, if static
};

// What a symbol is bound to.
struct Binding {
  std::uintptr_t address = 0;              // 0: undefined and weak
  Elf64_Sym const* symbol = nullptr;       // null if undefined, or defined by the executable
  ThreadStorage const* storage = nullptr;  // of the defining object, if it has any
};

// What relocating needs to know of the world outside of the object.
class Binder {
 public:
  // The definition of a symbol of the object; an error if there is none and it must have one.
  virtual base::Result<Binding> bind(Elf64_Sym const& symbol, std::string_view name) = 0;

  // The object's own thread-local storage, or null.
  virtual ThreadStorage const* own_storage() const = 0;

  // Two words for an access to a block that is not static: a function, and its argument, which stays valid.
  struct Descriptor {
    std::uintptr_t function = 0, argument = 0;
  };
  virtual Descriptor dynamic_descriptor(std::size_t module, std::uint64_t offset) = 0;
  virtual std::uintptr_t static_descriptor_function() const = 0;

  // Calls a function of the object's, which tells an address (IFUNC).
  virtual std::uintptr_t call_resolver(std::uintptr_t function) = 0;

 protected:
  ~Binder() = default;
};

// All of them: relative ones, those with symbols, and at last those whose resolvers may use the rest.
base::Result<void> relocate(Image const&, Dynamic const&, Binder&);

// Calls `visit(symbol)` for every relocation that wants an offset from the thread pointer; null is the object itself.
template <typename Visit>
base::Result<void> for_each_static_access(Dynamic const& dynamic, Visit visit);

}  // namespace elf

#include "elf/machine.h"

template <typename Visit>
base::Result<void> elf::for_each_static_access(Dynamic const& dynamic, Visit visit) {
  for (auto const& entries : {dynamic.relocations, dynamic.slots}) {
    for (auto const& entry : entries) {
      if (wants(static_cast<std::uint32_t>(entry.r_info)) != Wants::thread_offset) continue;
      auto const index = static_cast<std::uint32_t>(entry.r_info >> 32);
      auto const* const symbol = index ? dynamic.symbols.at(index) : nullptr;
      if (index && !symbol) return base::failure("a relocation of it names no symbol");
      TRY_VOID(visit(symbol));
    }
  }
  return {};
}
