#include "python/wsgi/early_hints.h"

#include <structmember.h>

#include "python/api.h"
#include "python/convert.h"

namespace python::wsgi {
namespace {

struct EarlyHints {
  PyObject ob_base;
  vectorcallfunc vectorcall;
  http::Connection* connection;  // null between requests
  http::Response* response;
};

EarlyHints* as_hints(PyObject* self) {
  return reinterpret_cast<EarlyHints*>(self);
}

std::optional<std::string_view> text(Gil const& gil, PyObject* object) {
  if (PyBytes_Check(object)) return view_of(gil, object);
  return PyUnicode_Check(object) ? latin1_bytes(gil, object) : std::nullopt;
}

bool add(Gil const& gil, http::Response& response, PyObject* pair) {
  Ref const both = Ref::take(PySequence_Fast(pair, "an early hint must be a pair (name, value)"));
  if (!both) return false;
  bool const is_pair = PySequence_Fast_GET_SIZE(both.get()) == 2;
  auto const name = is_pair ? text(gil, PySequence_Fast_GET_ITEM(both.get(), 0)) : std::nullopt;
  auto const value = is_pair ? text(gil, PySequence_Fast_GET_ITEM(both.get(), 1)) : std::nullopt;
  if (!name || !value) {
    PyErr_Format(PyExc_TypeError, "an early hint must be a pair of str or bytes, not %R", pair);
    return false;
  }
  using Added = http::Response::Added;
  auto const added = response.add_early_hint(*name, *value);
  if (added == Added::yes || added == Added::ours_to_decide) return true;
  PyErr_Format(PyExc_ValueError, "an early hint must have a header name and a value without control characters, not %R",
               pair);
  return false;
}

PyObject* call(PyObject* self, PyObject* const* arguments, std::size_t flags, PyObject* keywords) {
  auto* const hints = as_hints(self);
  if (PyVectorcall_NARGS(flags) != 1 || (keywords && PyTuple_GET_SIZE(keywords) != 0)) {
    PyErr_SetString(PyExc_TypeError, "early_hints() takes one argument, a list of pairs (name, value)");
    return nullptr;
  }
  if (!hints->connection) {
    PyErr_SetString(PyExc_RuntimeError, "the request these early_hints belong to is over");
    return nullptr;
  }
  auto const& gil = Gil::held();
  Ref const list = Ref::take(PySequence_Fast(arguments[0], "early hints must be a list of pairs (name, value)"));
  if (!list) return nullptr;
  hints->response->clear_early_hints();
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
    if (!add(gil, *hints->response, PySequence_Fast_GET_ITEM(list.get(), i))) return nullptr;
  }
  hints->response->send_early_hints(*hints->connection);
  Py_RETURN_NONE;
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(EarlyHints, vectorcall), Py_READONLY, nullptr}, {}};

PyType_Slot slots[] = {
    {Py_tp_members, members},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {
    "monoceros.EarlyHints", sizeof(EarlyHints), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    slots};

}  // namespace

Outcome<EarlyHintsType> EarlyHintsType::create(Gil const& gil) {
  return checked(gil, PyType_FromSpec(&spec)).transform([](Ref type) { return EarlyHintsType(std::move(type)); });
}

Outcome<Ref> EarlyHintsType::make(Gil const& gil) const {
  auto* const made = PyObject_New(EarlyHints, reinterpret_cast<PyTypeObject*>(type_.get()));
  if (made) {
    made->vectorcall = call;
    made->connection = nullptr;
    made->response = nullptr;
  }
  return checked(gil, reinterpret_cast<PyObject*>(made));
}

void EarlyHintsType::bind(Gil const&, PyObject* hints, http::Connection& connection, http::Response& response) {
  as_hints(hints)->connection = &connection;
  as_hints(hints)->response = &response;
}

void EarlyHintsType::detach(Gil const&, PyObject* hints) {
  as_hints(hints)->connection = nullptr;
}

}  // namespace python::wsgi
