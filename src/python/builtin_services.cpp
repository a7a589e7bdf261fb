#include "python/api.h"
#include "python/builtin_functions.h"
#include "python/convert.h"
#include "python/services.h"

namespace python::builtin {
namespace {

PyObject* unavailable(char const* what) {
  return PyErr_Format(PyExc_RuntimeError, "_monoceros.%s() has no meaning in this process", what);
}

template <typename... Args>
PyObject* call(char const* name, std::function<void(Args...)> const& service, Args... args) {
  if (!service) return unavailable(name);
  service(args...);
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace

PyObject* log(PyObject*, PyObject* arguments) {
  int level;
  PyObject* message;
  if (!PyArg_ParseTuple(arguments, "iU:log", &level, &message)) return nullptr;
  if (auto* const log = services().log) log->write_directly(logging::level_of(level), to_utf8(Gil::held(), message));
  Py_RETURN_NONE;
}

PyObject* log_line(PyObject*, PyObject* arguments) {
  int level;
  PyObject* line;
  if (!PyArg_ParseTuple(arguments, "iU:log_line", &level, &line)) return nullptr;
  if (auto* const log = services().log) log->write_line_directly(logging::level_of(level), to_utf8(Gil::held(), line));
  Py_RETURN_NONE;
}

PyObject* is_logged(PyObject*, PyObject* level) {
  long const number = PyLong_AsLong(level);
  if (number == -1 && PyErr_Occurred()) return nullptr;
  auto const* const log = services().log;
  return PyBool_FromLong(log && log->is_enabled(logging::level_of(number)));
}

PyObject* metric(PyObject*, PyObject* arguments) {
  PyObject *name, *value, *kind;
  if (!PyArg_ParseTuple(arguments, "UUU:metric", &name, &value, &kind)) return nullptr;
  auto const& gil = Gil::held();
  if (services().metric) services().metric(to_utf8(gil, name), to_utf8(gil, value), to_utf8(gil, kind));
  Py_RETURN_NONE;
}

PyObject* log_access(PyObject*, PyObject* line) {
  if (auto* const log = services().log) log->access(to_utf8(Gil::held(), line));
  Py_RETURN_NONE;
}

PyObject* set_process_title(PyObject*, PyObject* title) {
  char const* const text = PyUnicode_AsUTF8(title);
  if (!text) return nullptr;
  if (services().set_process_title) services().set_process_title(text);
  Py_RETURN_NONE;
}

PyObject* serve(PyObject*, PyObject* application) {
  if (!services().serve) return unavailable("serve");
  int const status = services().serve(Gil::held(), application);
  return PyErr_Occurred() ? nullptr : PyLong_FromLong(status);
}

PyObject* serve_command(PyObject*, PyObject*) {
  if (!services().serve_command) return unavailable("serve_command");
  int const status = services().serve_command(Gil::held());
  return PyErr_Occurred() ? nullptr : PyLong_FromLong(status);
}

PyObject* beat(PyObject*, PyObject*) {
  return call("beat", services().beat);
}

PyObject* announce_ready(PyObject*, PyObject*) {
  return call("announce_ready", services().announce_ready);
}

PyObject* announce_retirement(PyObject*, PyObject*) {
  return call("announce_retirement", services().announce_retirement);
}

PyObject* announce_boot_failure(PyObject*, PyObject* status) {
  long const number = PyLong_AsLong(status);
  if (PyErr_Occurred()) return nullptr;
  return call("announce_boot_failure", services().announce_boot_failure, static_cast<int>(number));
}

PyObject* serve_requests(PyObject*, PyObject* callable) {
  if (!services().serve_requests) return unavailable("serve_requests");
  services().serve_requests(Gil::held(), callable);
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace python::builtin
