#include "python/asgi/given.h"

#include "python/api.h"

namespace python::asgi {
namespace {

struct Given {
  PyObject ob_base;
  PyObject* value;  // null: None
};

Given* as_given(PyObject* self) {
  return reinterpret_cast<Given*>(self);
}

PyObject* take(PyObject* self) {
  PyObject* const value = std::exchange(as_given(self)->value, nullptr);
  return value ? value : Py_NewRef(Py_None);
}

PyObject* own_iterator(PyObject* self) {
  return Py_NewRef(self);
}

// Over without an exception is over with None.
PyObject* next(PyObject* self) {
  if (Ref const value = Ref::take(std::exchange(as_given(self)->value, nullptr)))
    PyErr_SetObject(PyExc_StopIteration, value.get());
  return nullptr;
}

PySendResult send_fast(PyObject* self, PyObject*, PyObject** result) {
  *result = take(self);
  return PYGEN_RETURN;
}

// The methods of a coroutine (collections.abc.Coroutine), for who makes a task of it.
PyObject* send(PyObject* self, PyObject*) {
  Ref const value = Ref::take(take(self));
  PyErr_SetObject(PyExc_StopIteration, value.get());
  return nullptr;
}

PyObject* throw_in(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  PyObject* const given = count > 1 && arguments[1] != Py_None ? arguments[1] : count > 0 ? arguments[0] : Py_None;
  if (PyExceptionInstance_Check(given))
    PyErr_SetRaisedException(Py_NewRef(given));
  else if (PyExceptionClass_Check(given))
    PyErr_SetNone(given);
  else
    PyErr_SetString(PyExc_TypeError, "throw() takes an exception");
  return nullptr;
}

PyObject* close(PyObject* self, PyObject*) {
  Py_CLEAR(as_given(self)->value);
  Py_RETURN_NONE;
}

void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  Py_XDECREF(as_given(self)->value);
  PyObject_Free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"send", send, METH_O, nullptr},
    {"throw", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(throw_in)), METH_FASTCALL, nullptr},
    {"close", close, METH_NOARGS, nullptr},
    {}};

PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_iter, reinterpret_cast<void*>(own_iterator)},
    {Py_tp_iternext, reinterpret_cast<void*>(next)},
    {Py_am_await, reinterpret_cast<void*>(own_iterator)},
    {Py_am_send, reinterpret_cast<void*>(send_fast)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {},
};

PyType_Spec spec = {"monoceros.Given", sizeof(Given), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};

Ref make_one(PyObject* type, Ref value) {
  auto* const made = PyObject_New(Given, reinterpret_cast<PyTypeObject*>(type));
  if (made) made->value = value.release();
  return Ref::take(reinterpret_cast<PyObject*>(made));
}

}  // namespace

Outcome<GivenType> GivenType::create(Gil const& gil) {
  Ref type = PY_TRY(checked(gil, PyType_FromSpec(&spec)));
  Ref none = make_one(type.get(), {});
  if (!none) return std::unexpected(Raised::take(gil));
  return GivenType(std::move(type), std::move(none));
}

Ref GivenType::make(Gil const&, Ref value) const {
  return value ? make_one(type_.get(), std::move(value)) : Ref();
}

}  // namespace python::asgi
