#include "python/api.h"
#include "python/builtin_functions.h"
#include "python/signal_handlers.h"

namespace python::builtin {

PyObject* heed_signal(PyObject*, PyObject* number) {
  long const signal = PyLong_AsLong(number);
  if (PyErr_Occurred()) return nullptr;
  if (!call_own_handler(static_cast<int>(signal)))
    return PyErr_Format(PyExc_RuntimeError, "this process does not heed signal %ld", signal);
  Py_RETURN_NONE;
}

PyObject* arrange_signal(PyObject*, PyObject* arguments) {
  int number, is_own;
  if (!PyArg_ParseTuple(arguments, "ip:arrange_signal", &number, &is_own)) return nullptr;
  arrange_handler(number, is_own);
  Py_RETURN_NONE;
}

}  // namespace python::builtin
