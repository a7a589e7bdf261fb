#include "python/hooks.h"

#include "python/api.h"
#include "python/facts.h"

namespace python {
namespace {

bool succeeds(Gil const& gil, Outcome<Ref> called) {
  if (!called) std::move(called.error()).put_back(gil);
  return called.has_value();
}

Ref number(Gil const&, std::uint64_t value) {
  return Ref::take(PyLong_FromUnsignedLongLong(value));
}

}  // namespace

bool Hooks::has(Gil const&, char const* name) const {
  Ref const functions = Ref::take(PyObject_GetAttrString(runtime_->object(), "functions"));
  return PyDict_ContainsString(functions.get(), name) == 1;
}

Outcome<void> Hooks::call(Gil const& gil, char const* name) const {
  return finished(runtime_->call(gil, name));
}

Outcome<void> Hooks::call_worker(Gil const& gil, char const* name, std::uint64_t age) const {
  return finished(runtime_->call(gil, name, {number(gil, age).get()}));
}

Outcome<void> Hooks::call_worker(Gil const& gil, char const* name, std::uint64_t age, pid_t pid) const {
  return finished(
      runtime_->call(gil, name, {number(gil, age).get(), number(gil, static_cast<std::uint64_t>(pid)).get()}));
}

Outcome<Ref> Hooks::call_post_worker_init(Gil const& gil, PyObject* application) const {
  return runtime_->call(gil, "post_worker_init", {application});
}

std::optional<std::uint64_t> Hooks::max_requests(Gil const& gil) const {
  auto const count = runtime_->call(gil, "max_requests");
  if (!count || count->get() == Py_None) return std::nullopt;
  auto const number = PyLong_AsUnsignedLongLong(count->get());
  if (!PyErr_Occurred()) return number;
  PyErr_Clear();
  return std::nullopt;
}

Outcome<void> Hooks::call_nworkers_changed(Gil const& gil, int now, std::optional<int> before) const {
  Ref const old = before ? Ref::take(PyLong_FromLong(*before)) : Ref::share(Py_None);
  return finished(runtime_->call(gil, "nworkers_changed", {Ref::take(PyLong_FromLong(now)).get(), old.get()}));
}

Ref Hooks::make_request(Gil const& gil, http::Connection const& connection) const {
  Ref const facts = request_facts(gil, connection, connection.request());
  return facts ? Ref::take(PyObject_CallMethod(runtime_->object(), "make_request", "O", facts.get())) : Ref();
}

bool Hooks::pre_request(Gil const& gil, PyObject* request) const {
  return succeeds(gil, runtime_->call(gil, "pre_request", {request}));
}

bool Hooks::rewrite(Gil const& gil, PyObject* request, PyObject* environ) const {
  return succeeds(gil, runtime_->call(gil, "rewrite", {request, environ}));
}

void Hooks::post_request(Gil const& gil, PyObject* environ, PyObject* request, http::Response const& response) const {
  Ref const facts = response_facts(gil, response);
  if (!facts) return PyErr_Clear();
  (void)runtime_->call(gil, "post_request", {environ, request, facts.get()});
}

}  // namespace python
