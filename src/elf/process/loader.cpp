#include "elf/process/loader.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "elf/process/construction.h"
#include "elf/process/debugger.h"
#include "elf/process/search.h"

namespace elf {
namespace {

using base::failure;
using base::Result;

constinit RecursiveLock loading;

// No thread begins while blocks are laid out.
class NoNewThreads {
 public:
  NoNewThreads() { elf_threads_hold(); }
  ~NoNewThreads() { elf_threads_release(); }
  NoNewThreads(NoNewThreads const&) = delete;
  NoNewThreads& operator=(NoNewThreads const&) = delete;
};

class ObjectBinder final : public Binder {
 public:
  ObjectBinder(Object& object, Object& root) : object_(object), root_(root) {}

  Result<Binding> bind(Elf64_Sym const& symbol, std::string_view name) override {
    auto const found = definition_of(symbol, name);
    if (found) return Binding{found.address, found.symbol, storage_of(found)};
    if (ELF64_ST_BIND(symbol.st_info) == STB_WEAK && symbol.st_shndx == SHN_UNDEF) return Binding{};
    return failure("it needs the symbol " + std::string(name) +
                   ", which neither this program nor any library of it has");
  }

  ThreadStorage const* own_storage() const override { return object_.has_storage() ? &object_.storage : nullptr; }

  Descriptor dynamic_descriptor(std::size_t module, std::uint64_t offset) override {
    return {reinterpret_cast<std::uintptr_t>(elf_threads_dynamic_descriptor()), object_.add_descriptor(module, offset)};
  }

  std::uintptr_t static_descriptor_function() const override {
    return reinterpret_cast<std::uintptr_t>(elf_threads_static_descriptor());
  }

  std::uintptr_t call_resolver(std::uintptr_t function) override {
    return reinterpret_cast<std::uintptr_t (*)()>(function)();
  }

  Definition definition_of(Elf64_Sym const& symbol, std::string_view name) const {
    bool const is_own = ELF64_ST_VISIBILITY(symbol.st_other) != STV_DEFAULT && symbol.st_shndx != SHN_UNDEF;
    if (is_own) return {&object_, &symbol, object_.image().base() + symbol.st_value};
    Name const wanted(name);
    auto found = find_from(&root_, wanted);
    if (!found && std::ranges::contains(object_.dynamic().needed, kZlib)) found.address = find_zlib_export(wanted);
    return found;
  }

 private:
  static ThreadStorage const* storage_of(Definition const& found) {
    return found.object && found.object->has_storage() ? &found.object->storage : nullptr;
  }

  Object& object_;
  Object& root_;
};

Result<Identity> identity_of(FoundFile const& found) {
  struct stat status;
  if (::fstat(found.file.get(), &status) != 0) return std::unexpected(base::Error::from_errno(found.path, errno));
  return Identity{status.st_dev, status.st_ino, found.offset};
}

// One load: owns what is new until commit().
class Loading {
 public:
  ~Loading() {
    if (!is_committed_) elf_threads_drop_plans();
  }

  Result<Object*> open(std::string_view name, Object* needed_by);
  Result<void> prepare(Object& root);
  void commit();

 private:
  Result<Object*> open_file(FoundFile, Object* needed_by);
  Result<void> open_needs(Object&);
  Object* new_of(auto const& is_it) const;
  static void find_scope(Object&);
  Result<void> mark_static_storage(Object&, Object& root);
  static Result<void> plan_storage(Object&);
  static Result<void> relocate_object(Object&, Object& root);

  std::vector<std::unique_ptr<Object>> fresh_;
  bool is_committed_ = false;
};

Object* Loading::new_of(auto const& is_it) const {
  for (auto const& object : fresh_) {
    if (is_it(*object)) return object.get();
  }
  return nullptr;
}

Result<Object*> Loading::open(std::string_view name, Object* needed_by) {
  bool const is_bare = !name.contains('/');
  // Python code asks for these by their names on other systems.
  bool const is_asked_for = !needed_by && (name == "libc.so.6" || name == "libm.so.6");
  if (is_bare && (is_provided_by_executable(name) || is_asked_for)) return nullptr;
  if (is_bare) {
    if (auto* const loaded = Objects::get().of_name(name)) return loaded;
    if (auto* const fresh = new_of([&](Object const& object) { return object.answers_to(name); })) return fresh;
  }
  return open_file(TRY(find_object(name, needed_by)), needed_by);
}

Result<Object*> Loading::open_file(FoundFile found, Object* needed_by) {
  auto const identity = TRY(identity_of(found));
  if (auto* const loaded = Objects::get().of_identity(identity)) return loaded;
  if (auto* const fresh = new_of([&](Object const& object) { return object.identity() == identity; })) return fresh;
  auto opened = Opened::read(found.source());
  if (!opened) return std::unexpected(opened.error().within(found.path));
  fresh_.push_back(std::make_unique<Object>(std::move(found.path), identity, *std::move(opened)));
  fresh_.back()->needed_by = needed_by;
  return fresh_.back().get();
}

Result<void> Loading::open_needs(Object& object) {
  for (auto const name : object.dynamic().needed) {
    auto* const need = TRY(open(name, &object));
    if (need) object.needs.push_back(need);
  }
  return {};
}

void Loading::find_scope(Object& object) {
  object.scope = {&object};
  for (std::size_t i = 0; i < object.scope.size(); ++i) {
    for (auto* const need : object.scope[i]->needs) {
      if (!std::ranges::contains(object.scope, need)) object.scope.push_back(need);
    }
  }
}

// An access at a fixed distance may also be to a variable of another object.
Result<void> Loading::mark_static_storage(Object& object, Object& root) {
  if (object.dynamic().has_static_storage) object.needs_static_storage = true;
  ObjectBinder const binder(object, root);
  return for_each_static_access(object.dynamic(), [&](Elf64_Sym const* symbol) -> Result<void> {
    bool const is_own = !symbol || ELF64_ST_BIND(symbol->st_info) == STB_LOCAL;
    auto* const owner = is_own ? &object : binder.definition_of(*symbol, object.dynamic().symbols.name(*symbol)).object;
    if (owner) owner->needs_static_storage = true;
    return {};
  });
}

Result<void> Loading::plan_storage(Object& object) {
  auto const& segment = object.image().layout().thread_storage;
  if (!segment) return {};
  auto const* const image = reinterpret_cast<void const*>(object.image().base() + segment->p_vaddr);
  auto& module = object.thread_module;
  bool const is_static = object.needs_static_storage;
  if (elf_threads_plan(&module, image, segment->p_filesz, segment->p_memsz, segment->p_align, is_static) != 0) {
    return failure(
        object.path() + ": its " + std::to_string(segment->p_memsz) +
        " bytes of thread-local variables (initial-exec) do not fit: " + std::to_string(elf_threads_pool_used()) +
        " of " + std::to_string(elf_threads_pool_size()) + " are used");
  }
  object.storage = {module.number, module.is_static != 0, module.distance};
  return {};
}

Result<void> Loading::relocate_object(Object& object, Object& root) {
  ObjectBinder binder(object, root);
  auto relocated = relocate(object.image(), object.dynamic(), binder);
  if (relocated) relocated = object.image().protect_relocated();
  if (!relocated) return std::unexpected(relocated.error().within(object.path()));
  return {};
}

Result<void> Loading::prepare(Object& root) {
  for (std::size_t i = 0; i < fresh_.size(); ++i) TRY_VOID(open_needs(*fresh_[i]));
  for (auto const& object : fresh_) find_scope(*object);
  for (auto const& object : fresh_) TRY_VOID(mark_static_storage(*object, root));
  for (auto const& object : fresh_) TRY_VOID(plan_storage(*object));
  for (auto object = fresh_.rbegin(); object != fresh_.rend(); ++object) TRY_VOID(relocate_object(**object, root));
  if (elf_threads_install() != 0) return failure(root.path() + ": no memory for its thread-local variables");
  return {};
}

void Loading::commit() {
  is_committed_ = true;
  announce_loading();
  {
    std::scoped_lock const lock(Objects::get().lock());
    for (auto& object : fresh_) {
      object->image().keep();
      Objects::get().append(*object.release());
    }
  }
  announce_completion();
}

void make_global(Object& root) {
  std::scoped_lock const lock(Objects::get().lock());
  for (auto* const object : root.scope) object->is_global = true;
}

// Everything but the constructors.
Result<Object*> map_and_bind(std::string_view name, bool is_global) {
  std::scoped_lock const one_at_a_time(loading);
  NoNewThreads const no_new_threads;
  Loading process;
  auto* const root = TRY(process.open(name, nullptr));
  if (!root) return root;
  TRY_VOID(process.prepare(*root));
  process.commit();
  if (is_global) make_global(*root);
  return root;
}

}  // namespace

Result<Object*> load(std::string_view name, bool is_global) {
  auto* const object = TRY(map_and_bind(name, is_global));
  if (object) TRY_VOID(construct(*object));
  return object;
}

Result<Object*> find_loaded(std::string_view name, bool is_global) {
  std::scoped_lock const one_at_a_time(loading);
  if (!name.contains('/') && is_provided_by_executable(name)) return nullptr;
  auto* object = name.contains('/') ? nullptr : Objects::get().of_name(name);
  if (name.contains('/')) {
    auto const found = TRY(open_object(std::string(name)));
    object = Objects::get().of_identity(TRY(identity_of(found)));
  }
  if (!object) return failure(std::string(name) + ": it is not loaded");
  if (is_global) make_global(*object);
  return object;
}

void hold_loading() {
  loading.lock();
}

void release_loading() {
  loading.unlock();
}

}  // namespace elf
