#include "python/wsgi/input.h"

#include "python/api.h"

#include <structmember.h>

#include <algorithm>
#include <new>

namespace python::wsgi {
namespace {

struct Input {
  PyObject ob_base;
  std::string_view rest;
  bool is_closed;
};

Input* as_input(PyObject* self) {
  return reinterpret_cast<Input*>(self);
}

PyObject* take_bytes(Input* input, std::size_t count) {
  auto const taken = input->rest.substr(0, count);
  PyObject* const bytes = PyBytes_FromStringAndSize(taken.data(), static_cast<Py_ssize_t>(taken.size()));
  if (bytes) input->rest.remove_prefix(taken.size());
  return bytes;
}

// Bytes up to the end of the line, newline included, at most `limit`.
std::size_t line_size(std::string_view text, std::size_t limit) {
  auto const newline = text.substr(0, limit).find('\n');
  return newline == text.npos ? std::min(limit, text.size()) : newline + 1;
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
  return take_bytes(as_input(self), line_size(as_input(self)->rest, size));
}

// The hint of readlines() is how much is enough, as for files.
PyObject* readlines(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  std::size_t hint;
  if (!size_argument(arguments, count, &hint)) return nullptr;
  Ref lines = Ref::take(PyList_New(0));
  for (std::size_t total = 0; lines && !as_input(self)->rest.empty() && (hint == 0 || total < hint);) {
    auto const size = line_size(as_input(self)->rest, std::string_view::npos);
    Ref const line = Ref::take(take_bytes(as_input(self), size));
    if (!line || PyList_Append(lines.get(), line.get()) < 0) return nullptr;
    total += size;
  }
  return lines.release();
}

PyObject* next(PyObject* self) {
  auto* const input = as_input(self);
  return input->rest.empty() ? nullptr : take_bytes(input, line_size(input->rest, std::string_view::npos));
}

PyObject* readinto(PyObject* self, PyObject* buffer) {
  Py_buffer into;
  if (PyObject_GetBuffer(buffer, &into, PyBUF_WRITABLE) < 0) return nullptr;
  auto const count = std::min(as_input(self)->rest.size(), static_cast<std::size_t>(into.len));
  std::copy_n(as_input(self)->rest.data(), count, static_cast<char*>(into.buf));
  as_input(self)->rest.remove_prefix(count);
  PyBuffer_Release(&into);
  return PyLong_FromSize_t(count);
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
    input->is_closed = false;
  }
  return checked(gil, reinterpret_cast<PyObject*>(input));
}

void InputType::bind(Gil const&, PyObject* input, std::string_view content) {
  as_input(input)->rest = content;
  as_input(input)->is_closed = false;
}

void InputType::detach(Gil const&, PyObject* input) {
  as_input(input)->rest = {};
}

}  // namespace python::wsgi
