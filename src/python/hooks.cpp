#include "python/hooks.h"

#include "python/api.h"
#include "python/convert.h"
#include "python/server_code.h"

namespace python {

base::Result<Hooks> Hooks::create(Gil const& gil, std::span<Named const> named, Held const& held) {
  Ref const functions = Ref::take(PyDict_New());
  for (auto const& [name, hook] : named) {
    if (!*hook) continue;
    Ref const function = hook->object ? Ref::share(held.get(hook->object->index)) : TRY(import_object(gil, hook->path));
    Ref const key = from_utf8(gil, name);
    if (PyDict_SetItem(functions.get(), key.get(), function.get()) < 0)
      return base::failure(Raised::take(gil).summary(gil));
  }
  Ref const module = Ref::take(PyImport_ImportModule("monoceros.hooks"));
  Ref runtime = Ref::take(module ? PyObject_CallMethod(module.get(), "Runtime", "O", functions.get()) : nullptr);
  if (!runtime) return base::failure(Raised::take(gil).summary(gil));
  return Hooks(std::move(runtime));
}

bool Hooks::has(Gil const&, char const* name) const {
  Ref const functions = Ref::take(PyObject_GetAttrString(runtime_.get(), "functions"));
  return PyDict_ContainsString(functions.get(), name) == 1;
}

void Hooks::set_server(Gil const& gil, std::span<std::string const> addresses, int workers) const {
  Ref const list = Ref::take(PyList_New(0));
  for (auto const& address : addresses) PyList_Append(list.get(), from_utf8(gil, address).get());
  if (!Ref::take(PyObject_CallMethod(runtime_.get(), "set_server", "Oi", list.get(), workers))) PyErr_Clear();
}

Outcome<void> Hooks::finished(Gil const& gil, PyObject* result) {
  if (!Ref::take(result)) return std::unexpected(Raised::take(gil));
  return {};
}

Outcome<void> Hooks::call(Gil const& gil, char const* name) const {
  return finished(gil, PyObject_CallMethod(runtime_.get(), name, nullptr));
}

Outcome<void> Hooks::call_worker(Gil const& gil, char const* name, std::uint64_t age) const {
  return finished(gil, PyObject_CallMethod(runtime_.get(), name, "K", age));
}

Outcome<void> Hooks::call_worker(Gil const& gil, char const* name, std::uint64_t age, pid_t pid) const {
  return finished(gil, PyObject_CallMethod(runtime_.get(), name, "Ki", age, pid));
}

Outcome<void> Hooks::call_nworkers_changed(Gil const& gil, int now, std::optional<int> before) const {
  Ref const old = before ? Ref::take(PyLong_FromLong(*before)) : Ref::share(Py_None);
  return finished(gil, PyObject_CallMethod(runtime_.get(), "nworkers_changed", "iO", now, old.get()));
}

bool Hooks::pre_request(Gil const& gil, http::Request const& request) const {
  auto const text = [&](http::Slice slice) { return from_latin1(gil, request.text(slice)); };
  Ref const headers = Ref::take(PyList_New(0));
  for (auto const& field : request.fields) {
    Ref const name = Ref::take(PyObject_CallMethod(text(field.name).get(), "upper", nullptr));
    Ref const pair = Ref::take(PyTuple_Pack(2, name.get(), text(field.value).get()));
    if (!pair || PyList_Append(headers.get(), pair.get()) < 0) return false;
  }
  return Ref::take(PyObject_CallMethod(runtime_.get(), "pre_request", "OOOOOi", text(request.method).get(),
                                       text(request.target).get(), text(request.path).get(), text(request.query).get(),
                                       headers.get(), request.minor_version))
      .get();
}

void Hooks::post_request(Gil const& gil, PyObject* environ, http::Response const& response) const {
  Ref const status = from_latin1(gil, response.status_line());
  Ref const result = Ref::take(PyObject_CallMethod(runtime_.get(), "post_request", "OOK", environ, status.get(),
                                                   static_cast<unsigned long long>(response.content_sent())));
  if (!result) PyErr_Clear();
}

}  // namespace python
