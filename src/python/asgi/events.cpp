#include "python/asgi/events.h"

namespace python::asgi {

PyObject* type_of(PyObject* event) {
  if (!PyDict_Check(event))
    return PyErr_Format(PyExc_TypeError, "send() takes an event, which is a dict, not %R", event);
  PyObject* const type = value_of(event, "type");
  if (type && PyUnicode_Check(type)) return type;
  return PyErr_Format(PyExc_ValueError, "the event has no \"type\": %R", event);
}

bool refuse(char const* message) {
  PyErr_SetString(PyExc_RuntimeError, message);
  return false;
}

}  // namespace python::asgi
