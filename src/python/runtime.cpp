#include "python/runtime.h"

#include "config/refusal.h"
#include "python/api.h"
#include "python/convert.h"
#include "python/server_code.h"

namespace python {
namespace {

using base::Result;

std::unexpected<base::Error> failure(Gil const& gil) {
  return base::failure(Raised::take(gil).summary(gil));
}

Result<Ref> function_of(Gil const& gil, config::Hook const& hook, Held const& held, config::Entry const& entry) {
  if (hook.object) return Ref::share(held.get(hook.object->index));
  auto found = import_object(gil, hook.path);
  return found ? std::move(found) : config::refuse_path(entry, found.error().message());
}

// `function` as it is called: some hooks may leave arguments out (monoceros.runtime.adapted).
Result<Ref> adapted(Gil const& gil, Ref const& function, config::Row const& row, config::Entry const& entry) {
  Ref const module = Ref::take(PyImport_ImportModule("monoceros.runtime"));
  auto const [most, fewer, fewest] = row.arities;
  auto made =
      checked(gil, module ? PyObject_CallMethod(module.get(), "adapted", "Oiii", function.get(), most, fewer, fewest)
                          : nullptr);
  if (!made) return base::failure(made.error().summary(gil));
  if (PyLong_Check(made->get())) return config::refuse_arity(entry, row, static_cast<int>(PyLong_AsLong(made->get())));
  return std::move(*made);
}

Result<Ref> functions_of(Gil const& gil, std::span<Runtime::Given const> hooks, config::OriginsByName const& origins,
                         Held const& held) {
  Ref functions = Ref::take(PyDict_New());
  for (auto const& [row, hook] : hooks) {
    auto const origin = origins.find(row->name);
    config::Entry const entry{std::string(row->name), hook->object ? config::RawValue(*hook->object) : hook->path,
                              origin == origins.end() ? config::Origin() : origin->second};
    Ref const given = TRY(function_of(gil, *hook, held, entry));
    Ref const function = TRY(adapted(gil, given, *row, entry));
    Ref const key = from_utf8(gil, row->name);
    if (!functions || PyDict_SetItem(functions.get(), key.get(), function.get()) < 0) return failure(gil);
  }
  return functions;
}

Result<Ref> dict_of(Gil const& gil, config::NamedValues const& values, Held const& held) {
  Ref dict = Ref::take(PyDict_New());
  for (auto const& [name, value] : values) {
    Ref const key = from_utf8(gil, name);
    Ref const object = held.to_object(gil, value);
    if (!dict || !key || !object || PyDict_SetItem(dict.get(), key.get(), object.get()) < 0) return failure(gil);
  }
  return dict;
}

}  // namespace

Result<std::shared_ptr<Runtime const>> Runtime::create(Gil const& gil, std::span<Given const> hooks,
                                                       config::NamedValues const& values,
                                                       config::OriginsByName const& origins, Held const& held) {
  auto const functions = TRY(functions_of(gil, hooks, origins, held));
  auto const dict = TRY(dict_of(gil, values, held));
  Ref const module = Ref::take(PyImport_ImportModule("monoceros.runtime"));
  Ref object =
      Ref::take(module ? PyObject_CallMethod(module.get(), "Runtime", "OO", functions.get(), dict.get()) : nullptr);
  if (!object) return failure(gil);
  return std::shared_ptr<Runtime const>(new Runtime(std::move(object)));
}

Outcome<Ref> Runtime::call(Gil const& gil, char const* method, std::initializer_list<PyObject*> arguments) const {
  Ref const name = from_utf8(gil, method);
  std::vector<PyObject*> stack{object_.get()};
  stack.insert(stack.end(), arguments);
  return checked(gil, PyObject_VectorcallMethod(name.get(), stack.data(), stack.size(), nullptr));
}

void Runtime::set_application(Gil const& gil, PyObject* application) const {
  (void)call(gil, "set_application", {application});
}

void Runtime::set_server(Gil const& gil, int workers) const {
  (void)call(gil, "set_server", {Ref::take(PyLong_FromLong(workers)).get()});
}

void Runtime::note_worker(Gil const& gil, std::uint64_t age, pid_t pid) const {
  Ref const number = Ref::take(PyLong_FromUnsignedLongLong(age));
  (void)call(gil, "forked", {number.get(), Ref::take(PyLong_FromLong(pid)).get()});
}

Result<void> Runtime::load_worker_class(Gil const& gil) const {
  auto const loaded = call(gil, "load_worker_class");
  if (!loaded) return base::failure(message_of(gil, loaded.error()));
  return {};
}

int Runtime::run_worker(Gil const& gil, std::uint64_t age, std::span<int const> descriptors,
                        PyObject* application) const {
  Ref const number = Ref::take(PyLong_FromUnsignedLongLong(age));
  Ref const list = Ref::take(PyList_New(0));
  for (int const descriptor : descriptors) PyList_Append(list.get(), Ref::take(PyLong_FromLong(descriptor)).get());
  auto const status = call(gil, "run_worker", {number.get(), list.get(), application});
  if (status) return static_cast<int>(PyLong_AsLong(status->get()));
  // The class itself could not be made into a worker.
  constexpr int kBootError = 3;
  Ref const code = Ref::take(PyLong_FromLong(kBootError));
  (void)call(gil, "fail_boot", {code.get(), status.error().exception()});
  return kBootError;
}

}  // namespace python
