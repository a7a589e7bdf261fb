#include "python/builtin_module.h"

#include <algorithm>

#include "log/log.h"
#include "pyembed/resources.h"
#include "python/api.h"
#include "python/convert.h"
#include "python/interpreter.h"

namespace python {
namespace {

logging::Log* connected_log = nullptr;
SendMetric connected_metrics;

PyObject* resource(PyObject*, PyObject* name) {
  char const* const wanted = PyUnicode_AsUTF8(name);
  if (!wanted) return nullptr;
  auto const* const found = monoceros_find_resource(wanted);
  if (!found) Py_RETURN_NONE;
  PyObject* const bytes = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(found->raw_size));
  if (!bytes || monoceros_read_resource(found, PyBytes_AS_STRING(bytes)) == 0) return bytes;
  Py_DECREF(bytes);
  return PyErr_Format(PyExc_RuntimeError, "the carried file %s is damaged", wanted);
}

PyObject* resource_names(PyObject*, PyObject* prefix) {
  char const* const wanted = PyUnicode_AsUTF8(prefix);
  if (!wanted) return nullptr;
  std::size_t count = 0;
  auto const* const first = monoceros_find_resources(wanted, &count);
  Ref names = Ref::take(PyList_New(0));
  for (std::size_t i = 0; names && i < count; ++i) {
    Ref const name = Ref::take(PyUnicode_FromString(first[i].name));
    if (!name || PyList_Append(names.get(), name.get()) < 0) return nullptr;
  }
  return names.release();
}

// log(level, message): levels as in the logging module, 10 debug to 50 critical.
PyObject* log(PyObject*, PyObject* arguments) {
  int level;
  PyObject* message;
  if (!PyArg_ParseTuple(arguments, "iU:log", &level, &message)) return nullptr;
  if (connected_log)
    connected_log->write(static_cast<logging::Level>(std::clamp(level / 10 - 1, 0, 4)), to_utf8(Gil::held(), message));
  Py_RETURN_NONE;
}

// metric(name, value, kind): all three as text.
PyObject* metric(PyObject*, PyObject* arguments) {
  PyObject *name, *value, *kind;
  if (!PyArg_ParseTuple(arguments, "UUU:metric", &name, &value, &kind)) return nullptr;
  auto const& gil = Gil::held();
  if (connected_metrics) connected_metrics(to_utf8(gil, name), to_utf8(gil, value), to_utf8(gil, kind));
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"resource", resource, METH_O, "resource(name) -> bytes of a carried file, or None"},
    {"resource_names", resource_names, METH_O, "resource_names(prefix) -> sorted list of names of carried files"},
    {"log", log, METH_VARARGS, "log(level, message): a line of the server's error log"},
    {"metric", metric, METH_VARARGS, "metric(name, value, kind): a metric for StatsD, in texts"},
    {},
};

PyModuleDef_Slot slots[] = {{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_monoceros", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

}  // namespace

void connect_log(logging::Log& log) {
  connected_log = &log;
}

void connect_metrics(SendMetric send) {
  connected_metrics = std::move(send);
}

}  // namespace python

extern "C" PyObject* create_builtin_module() {
  return PyModuleDef_Init(&python::definition);
}
