// All loaded objects, in the order of loading, and where symbols are looked for among them.
// Reading needs the list's lock, which is held for moments; objects are added by the loader alone.
#pragma once

#include "elf/process/exports.h"
#include "elf/process/lock.h"
#include "elf/process/object.h"

namespace elf {

class Objects {
 public:
  static Objects& get();

  // Serialises dl_iterate_phdr's callbacks too. libgcc's unwinder keeps a cache without a lock and counts on that: with
  // musl's own, which does not, threads that throw at once were seen to spin for ever. It is not the loader's lock, so
  // that a constructor may wait for a thread that throws.
  RecursiveLock& lock() { return lock_; }

  Object* first() const { return first_; }
  void append(Object&);
  std::size_t additions() const { return additions_; }

  Object* of_handle(void const*) const;
  Object* at_address(std::uintptr_t) const;
  Object* of_identity(Identity const&) const;
  Object* of_name(std::string_view) const;

 private:
  RecursiveLock lock_;
  Object* first_ = nullptr;
  Object* last_ = nullptr;
  std::size_t additions_ = 0;
};

// A definition: of the executable (`object` is null), or a symbol of an object.
struct Definition {
  Object* object = nullptr;
  Elf64_Sym const* symbol = nullptr;
  std::uintptr_t address = 0;

  explicit operator bool() const { return address != 0; }
};

Definition find_in_executable(Name const&);
Definition find_in(Object&, Name const&);

// The order of musl: the executable, the global objects, then the scope of `root` (which may be null).
Definition find_from(Object* root, Name const&);

}  // namespace elf
