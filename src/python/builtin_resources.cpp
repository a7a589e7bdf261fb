#include "pyembed/resources.h"
#include "python/api.h"
#include "python/builtin_functions.h"
#include "python/ref.h"

namespace python::builtin {

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

}  // namespace python::builtin
