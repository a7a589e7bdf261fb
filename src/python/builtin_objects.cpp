#include "elf/inspection.h"
#include "python/api.h"
#include "python/builtin_functions.h"

#ifndef __GLIBC__
extern "C" [[gnu::visibility("hidden")]] char const __libc_version[];  // of musl
#endif

namespace python::builtin {

PyObject* musl_version(PyObject*, PyObject*) {
#ifdef __GLIBC__
  Py_RETURN_NONE;
#else
  return PyUnicode_FromString(__libc_version);
#endif
}

PyObject* object_refusal(PyObject*, PyObject* path) {
  char const* const file = PyUnicode_AsUTF8(path);
  if (!file) return nullptr;
  auto const accepted = elf::inspect(file);
  if (accepted) Py_RETURN_NONE;
  return PyUnicode_FromString(accepted.error().message().c_str());
}

}  // namespace python::builtin
