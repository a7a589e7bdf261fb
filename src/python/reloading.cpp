#include "python/reloading.h"

#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

Outcome<Ref> import(Gil const& gil, char const* module) {
  return checked(gil, PyImport_ImportModule(module));
}

}  // namespace

Outcome<Development> load_for_development(Gil const& gil, PyObject* application) {
  auto const module = PY_TRY(import(gil, "monoceros.reloader"));
  auto const pair = PY_TRY(checked(gil, PyObject_CallMethod(module.get(), "load", "O", application)));
  PyObject* callable;
  PyObject* failure;
  if (!PyArg_ParseTuple(pair.get(), "OU", &callable, &failure)) return std::unexpected(Raised::take(gil));
  return Development{Ref::share(callable), to_utf8(gil, failure)};
}

Outcome<ApplicationFiles> application_files(Gil const& gil, std::vector<std::string> const& patterns) {
  auto const module = PY_TRY(import(gil, "monoceros.reloader"));
  auto const list = PY_TRY(checked(gil, list_of(gil, patterns).release()));
  auto const pair = PY_TRY(checked(gil, PyObject_CallMethod(module.get(), "files", "O", list.get())));
  PyObject* paths;
  int additions_are_changes;
  if (!PyArg_ParseTuple(pair.get(), "O!p", &PyList_Type, &paths, &additions_are_changes))
    return std::unexpected(Raised::take(gil));
  ApplicationFiles files{{}, additions_are_changes != 0};
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(paths); ++i)
    files.paths.push_back(to_utf8(gil, PyList_GET_ITEM(paths, i)));
  return files;
}

Outcome<void> trace_lines(Gil const& gil) {
  auto const module = PY_TRY(import(gil, "monoceros.spew"));
  PY_TRY(checked(gil, PyObject_CallMethod(module.get(), "start", nullptr)));
  return {};
}

}  // namespace python
