// A loaded object. Made by Loader, and never freed once its constructors have begun: its code may be running anywhere.
// What is here changes under the loader's lock only, except the state of construction (construction.h).
#pragma once

#include <link.h>
#include <sys/types.h>

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "elf/inspection.h"
#include "elf/process/threads.h"
#include "elf/relocation.h"

namespace elf {

// Which file an object came from; two names of one file are one object.
struct Identity {
  dev_t device = 0;
  ino_t number = 0;
  std::uint64_t offset = 0;
  bool operator==(Identity const&) const = default;
};

class Object {
 public:
  Object(std::string path, Identity, Opened);

  // First in dlopen's handle, and what debuggers walk.
  link_map map{};

  std::string const& path() const { return path_; }
  std::string_view folder() const;
  Identity const& identity() const { return identity_; }
  Image& image() { return opened_.image; }
  Image const& image() const { return opened_.image; }
  Dynamic const& dynamic() const { return opened_.dynamic; }
  bool answers_to(std::string_view name) const;
  bool has_storage() const { return image().layout().thread_storage.has_value(); }

  // Handed to TLSDESC's function by address: {module, offset}.
  std::uintptr_t add_descriptor(std::size_t module, std::uint64_t offset);

  Object* needed_by = nullptr;  // who caused it to be loaded; its search path is inherited
  std::vector<Object*> needs;   // in the order of DT_NEEDED, without the executable
  std::vector<Object*> scope;   // itself and everything it needs, breadth first: where its symbols are looked for
  bool is_global = false;       // RTLD_GLOBAL: its symbols serve all objects loaded later

  elf_thread_module thread_module{};
  ThreadStorage storage;
  bool needs_static_storage = false;

  // fresh → (being constructed by one thread) → constructed
  enum class Phase { fresh, constructing, constructed, abandoned };
  Phase phase = Phase::fresh;
  void const* constructor = nullptr;  // the thread that constructs

  Object* next = nullptr;  // of all loaded objects, in the order of loading

 private:
  std::string path_;
  Identity identity_;
  Opened opened_;
  std::deque<std::array<std::size_t, 2>> descriptors_;
};

}  // namespace elf
