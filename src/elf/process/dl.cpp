// The C functions of <dlfcn.h> and <link.h>, in place of musl's, which in a static program only refuse.
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

#include "elf/process/executable.h"
#include "elf/process/loader.h"

// Of musl: sets what its dlerror() tells this thread.
extern "C" [[gnu::visibility("hidden")]] void __dl_seterr(char const*, ...);

namespace elf {
namespace {

void* refuse(base::Error const& error) {
  __dl_seterr("%s", error.message().c_str());
  return nullptr;
}

bool is_executable(void const* handle) {
  return handle == &Executable::get().map;
}

// The handle of an object is its address, and so is that of its link map.
void* handle_of(Object* object) {
  return object ? static_cast<void*>(object) : &Executable::get().map;
}

// A thread that is cancelled in the middle would leave locks behind.
class NoCancellation {
 public:
  NoCancellation() { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NoCancellation() { ::pthread_setcancelstate(before_, nullptr); }
  NoCancellation(NoCancellation const&) = delete;
  NoCancellation& operator=(NoCancellation const&) = delete;

 private:
  int before_ = 0;
};

void* value_of(Definition const& found) {
  if (!found.symbol) return reinterpret_cast<void*>(found.address);
  switch (ELF64_ST_TYPE(found.symbol->st_info)) {
    case STT_TLS: {
      auto* const block = static_cast<char*>(elf_threads_block(found.object->storage.module));
      return block ? block + found.symbol->st_value : nullptr;
    }
    case STT_GNU_IFUNC:
      return reinterpret_cast<void* (*)()>(found.address)();
    default:
      return reinterpret_cast<void*>(found.address);
  }
}

// RTLD_NEXT: behind the object that asks, and the executable at last, which comes first otherwise.
Definition find_after(std::uintptr_t caller, Name const& name) {
  auto const* const asking = Objects::get().at_address(caller);
  for (auto* object = asking ? asking->next : Objects::get().first(); object; object = object->next) {
    if (auto const found = find_in(*object, name)) return found;
  }
  return asking ? find_in_executable(name) : Definition{};
}

// The executable at last: it is the C library that the object needs.
Definition find_in_scope(Object const& object, Name const& name) {
  for (auto* const member : object.scope) {
    if (auto const found = find_in(*member, name)) return found;
  }
  return find_in_executable(name);
}

base::Result<Definition> find_for(void* handle, char const* name, std::uintptr_t caller) {
  Definition found;
  if (handle == RTLD_NEXT) {
    found = find_after(caller, Name(name));
  } else if (handle == RTLD_DEFAULT || is_executable(handle)) {
    found = find_from(nullptr, Name(name));
  } else {
    auto const* const object = Objects::get().of_handle(handle);
    if (!object) return base::failure("dlsym was given a handle that is none");
    found = find_in_scope(*object, Name(name));
  }
  if (!found) return base::failure("symbol not found: " + std::string(name));
  return found;
}

dl_phdr_info facts_of_executable(std::size_t additions) {
  auto const& self = Executable::get();
  return {.dlpi_addr = self.map.l_addr,
          .dlpi_name = self.map.l_name,
          .dlpi_phdr = self.headers.data(),
          .dlpi_phnum = static_cast<Elf64_Half>(self.headers.size()),
          .dlpi_adds = 1 + additions,
          .dlpi_subs = 0,
          .dlpi_tls_modid = 1,
          .dlpi_tls_data = elf_threads_block(1)};
}

dl_phdr_info facts_of(Object const& object, std::size_t additions) {
  auto const module = object.storage.module;
  return {.dlpi_addr = object.image().base(),
          .dlpi_name = object.path().c_str(),
          .dlpi_phdr = object.image().headers(),
          .dlpi_phnum = static_cast<Elf64_Half>(object.image().layout().headers.size()),
          .dlpi_adds = 1 + additions,
          .dlpi_subs = 0,
          .dlpi_tls_modid = module,
          .dlpi_tls_data = elf_threads_block(module)};
}

void describe(Object const& object, std::uintptr_t address, Dl_info& info) {
  info.dli_fname = object.path().c_str();
  info.dli_fbase = reinterpret_cast<void*>(object.image().begin());
  auto const& symbols = object.dynamic().symbols;
  if (auto const* const symbol = symbols.nearest(address - object.image().base())) {
    info.dli_sname = symbols.name(*symbol).data();
    info.dli_saddr = reinterpret_cast<void*>(object.image().base() + symbol->st_value);
  }
}

}  // namespace
}  // namespace elf

using elf::Executable;
using elf::Objects;

extern "C" void* dlopen(char const* file, int mode) {
  if (!file) return &Executable::get().map;
  elf::NoCancellation const no_cancellation;
  bool const is_global = mode & RTLD_GLOBAL;
  auto const object = mode & RTLD_NOLOAD ? elf::find_loaded(file, is_global) : elf::load(file, is_global);
  return object ? elf::handle_of(*object) : elf::refuse(object.error());
}

extern "C" [[gnu::noinline]] void* dlsym(void* __restrict handle, char const* __restrict name) {
  auto const caller = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  std::scoped_lock const lock(Objects::get().lock());
  auto const found = elf::find_for(handle, name, caller);
  return found ? elf::value_of(*found) : elf::refuse(found.error());
}

// Nothing is ever unloaded, as in musl.
extern "C" int dlclose(void* handle) {
  std::scoped_lock const lock(Objects::get().lock());
  if (elf::is_executable(handle) || Objects::get().of_handle(handle)) return 0;
  __dl_seterr("dlclose was given a handle that is none");
  return 1;
}

extern "C" int dladdr(void const* pointer, Dl_info* info) {
  auto const address = reinterpret_cast<std::uintptr_t>(pointer);
  std::scoped_lock const lock(Objects::get().lock());
  *info = {};
  if (auto const* const object = Objects::get().at_address(address)) {
    elf::describe(*object, address, *info);
    return 1;
  }
  auto const& self = Executable::get();
  if (!self.holds(address)) return 0;
  auto const nearest = elf::nearest_export(address);
  *info = {self.map.l_name, reinterpret_cast<void*>(self.begin), nearest.name,
           reinterpret_cast<void*>(nearest.address)};
  return 1;
}

extern "C" int dlinfo(void* handle, int request, void* result) {
  std::scoped_lock const lock(Objects::get().lock());
  if (!elf::is_executable(handle) && !Objects::get().of_handle(handle)) {
    __dl_seterr("dlinfo was given a handle that is none");
    return -1;
  }
  if (request != RTLD_DI_LINKMAP) {
    __dl_seterr("dlinfo does not know request %d", request);
    return -1;
  }
  *static_cast<void**>(result) = handle;
  return 0;
}

// Allocates nothing and throws nothing: unwinders call it.
extern "C" int dl_iterate_phdr(int (*visit)(dl_phdr_info*, std::size_t, void*), void* data) {
  auto& objects = Objects::get();
  std::scoped_lock const lock(objects.lock());
  auto facts = elf::facts_of_executable(objects.additions());
  int result = visit(&facts, sizeof facts, data);
  for (auto const* object = objects.first(); object && result == 0; object = object->next) {
    facts = elf::facts_of(*object, objects.additions());
    result = visit(&facts, sizeof facts, data);
  }
  return result;
}
