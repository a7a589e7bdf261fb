#include "python/wsgi/input.h"

#include "python/api.h"

#include <structmember.h>

#include <algorithm>
#include <memory>
#include <new>

#include "python/wsgi/piecewise_content.h"

namespace python::wsgi {
namespace {

struct Input {
  PyObject ob_base;
  std::string_view rest;
  std::unique_ptr<PiecewiseContent> pieces;  // instead of `rest`
  bool is_closed;
};

Input* as_input(PyObject* self) {
  return reinterpret_cast<Input*>(self);
}

// Where content is still coming and wanted. Closing leaves it be: another thread may do that in the midst of a read.
PiecewiseContent* pieces(Input const* input) {
  return input->is_closed ? nullptr : input->pieces.get();
}

PyObject* take_bytes(Input* input, std::size_t count) {
  if (auto* const content = pieces(input)) return content->read(Gil::held(), count);
  auto const taken = input->rest.substr(0, count);
  PyObject* const bytes = PyBytes_FromStringAndSize(taken.data(), static_cast<Py_ssize_t>(taken.size()));
  if (bytes) input->rest.remove_prefix(taken.size());
  return bytes;
}

// Up to the end of the line, newline included, at most `limit` bytes.
PyObject* take_line(Input* input, std::size_t limit) {
  if (auto* const content = pieces(input)) return content->read_line(Gil::held(), limit);
  auto const newline = input->rest.substr(0, limit).find('\n');
  return take_bytes(input, newline == input->rest.npos ? limit : newline + 1);
}

// The size argument of read(), readline(), readlines(): absent, None and negative mean "all".
bool size_argument(PyObject* const* arguments, Py_ssize_t count, std::size_t* size) {
  *size = std::string_view::npos;
  if (count == 0 || arguments[0] == Py_None) return true;
  if (count > 1) {
    PyErr_Format(PyExc_TypeError, "expected at most 1 argument, got %zd", count);
    return false;
  }
  Py_ssize_t const given = PyNumber_AsSsize_t(arguments[0], PyExc_OverflowError);
  if (given == -1 && PyErr_Occurred()) return false;
  if (given >= 0) *size = static_cast<std::size_t>(given);
  return true;
}

PyObject* read(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  std::size_t size;
  return size_argument(arguments, count, &size) ? take_bytes(as_input(self), size) : nullptr;
}

PyObject* readline(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  std::size_t size;
  if (!size_argument(arguments, count, &size)) return nullptr;
  return take_line(as_input(self), size);
}

// The hint of readlines() is how much is enough, as for files.
PyObject* readlines(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  std::size_t hint;
  if (!size_argument(arguments, count, &hint)) return nullptr;
  Ref lines = Ref::take(PyList_New(0));
  for (std::size_t total = 0; lines && (hint == 0 || total < hint);) {
    Ref const line = Ref::take(take_line(as_input(self), std::string_view::npos));
    if (!line) return nullptr;
    auto const size = static_cast<std::size_t>(PyBytes_GET_SIZE(line.get()));
    if (size == 0) break;
    if (PyList_Append(lines.get(), line.get()) < 0) return nullptr;
    total += size;
  }
  return lines.release();
}

PyObject* next(PyObject* self) {
  Ref line = Ref::take(take_line(as_input(self), std::string_view::npos));
  return line && PyBytes_GET_SIZE(line.get()) > 0 ? line.release() : nullptr;
}

PyObject* readinto(PyObject* self, PyObject* buffer) {
  Py_buffer into;
  if (PyObject_GetBuffer(buffer, &into, PyBUF_WRITABLE) < 0) return nullptr;
  auto* const input = as_input(self);
  auto const room = std::span(static_cast<char*>(into.buf), static_cast<std::size_t>(into.len));
  std::optional<std::size_t> count;
  if (auto* const content = pieces(input)) {
    count = content->read_into(Gil::held(), room);
  } else {
    count = input->rest.copy(room.data(), room.size());
    input->rest.remove_prefix(*count);
  }
  PyBuffer_Release(&into);
  return count ? PyLong_FromSize_t(*count) : nullptr;
}

// What the wrappers of the io module ask of a raw stream.
PyObject* yes(PyObject*, PyObject*) {
  Py_RETURN_TRUE;
}

PyObject* no(PyObject*, PyObject*) {
  Py_RETURN_FALSE;
}

PyObject* flush(PyObject*, PyObject*) {
  Py_RETURN_NONE;
}

PyObject* close(PyObject* self, PyObject*) {
  as_input(self)->rest = {};
  as_input(self)->is_closed = true;
  Py_RETURN_NONE;
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  as_input(self)->pieces.~unique_ptr();
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"read", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(read)), METH_FASTCALL, "read([size]) -> bytes"},
    {"readline", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(readline)), METH_FASTCALL,
     "readline([size]) -> bytes"},
    {"readlines", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(readlines)), METH_FASTCALL,
     "readlines([hint]) -> list of bytes"},
    {"readinto", readinto, METH_O, "readinto(buffer) -> how many bytes were put there"},
    {"readable", yes, METH_NOARGS, nullptr},
    {"writable", no, METH_NOARGS, nullptr},
    {"seekable", no, METH_NOARGS, nullptr},
    {"flush", flush, METH_NOARGS, nullptr},
    {"close", close, METH_NOARGS, "Drops what has not been read."},
    {},
};

PyMemberDef members[] = {{"closed", Py_T_BOOL, offsetof(Input, is_closed), Py_READONLY, nullptr}, {}};

PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(next)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {"monoceros.Input", sizeof(Input), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};

}  // namespace

Outcome<InputType> InputType::create(Gil const& gil) {
  return checked(gil, PyType_FromSpec(&spec)).transform([](Ref type) { return InputType(std::move(type)); });
}

Outcome<Ref> InputType::make(Gil const& gil) const {
  auto* const type = reinterpret_cast<PyTypeObject*>(type_.get());
  auto* const input = PyObject_New(Input, type);
  if (input) {
    new (&input->rest) std::string_view();
    new (&input->pieces) std::unique_ptr<PiecewiseContent>();
    input->is_closed = false;
  }
  return checked(gil, reinterpret_cast<PyObject*>(input));
}

void InputType::bind(Gil const&, PyObject* input, http::Connection& connection, http::Response& response,
                     http::Pace const& pace) {
  as_input(input)->is_closed = false;
  if (auto const body = connection.body())
    as_input(input)->rest = *body;
  else
    as_input(input)->pieces = std::make_unique<PiecewiseContent>(connection, response, pace);
}

void InputType::detach(Gil const&, PyObject* input) {
  as_input(input)->rest = {};
  as_input(input)->pieces.reset();
}

}  // namespace python::wsgi
