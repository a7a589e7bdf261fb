/* The smallest program that carries the interpreter as monoceros does: PyConfig as README.md says, a `_monoceros`
 * module, boot. embed SCRIPT|-c CODE ARGUMENTS... */
#include <Python.h>

#include "pyembed/resources.h"

extern const struct _frozen monoceros_frozen_modules[];

static PyObject *resource(PyObject *self, PyObject *name) {
  (void)self;
  const char *wanted = PyUnicode_AsUTF8(name);
  if (!wanted) return NULL;
  const struct monoceros_resource *found = monoceros_find_resource(wanted);
  if (!found) Py_RETURN_NONE;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)found->raw_size);
  if (monoceros_read_resource(found, PyBytes_AS_STRING(bytes)) != 0) abort();
  return bytes;
}

static PyObject *resource_names(PyObject *self, PyObject *prefix) {
  (void)self;
  size_t count;
  const struct monoceros_resource *first = monoceros_find_resources(PyUnicode_AsUTF8(prefix), &count);
  PyObject *names = PyList_New((Py_ssize_t)count);
  for (size_t i = 0; i < count; ++i) PyList_SET_ITEM(names, (Py_ssize_t)i, PyUnicode_FromString(first[i].name));
  return names;
}

static PyMethodDef methods[] = {{"resource", resource, METH_O, ""}, {"resource_names", resource_names, METH_O, ""}, {0}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_monoceros", .m_methods = methods};
static PyObject *create(void) { return PyModuleDef_Init(&definition); }

static void set(PyConfig *config, wchar_t **field, const char *text) { PyConfig_SetBytesString(config, field, text); }

int main(int argc, char **argv) {
  PyPreConfig early;
  PyPreConfig_InitPythonConfig(&early);
  early.utf8_mode = 1;
  Py_PreInitializeFromBytesArgs(&early, argc, argv);
  PyImport_FrozenModules = monoceros_frozen_modules;
  PyImport_AppendInittab("_monoceros", create);

  char library[64];
  snprintf(library, sizeof library, "/monoceros/lib/python%d.%d", PY_MAJOR_VERSION, PY_MINOR_VERSION);
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  PyConfig_SetBytesArgv(&config, argc, argv);
  set(&config, &config.executable, argv[0]);
  set(&config, &config.base_executable, argv[0]);
  set(&config, &config.prefix, "/monoceros");
  set(&config, &config.base_prefix, "/monoceros");
  set(&config, &config.exec_prefix, "/monoceros");
  set(&config, &config.base_exec_prefix, "/monoceros");
  set(&config, &config.stdlib_dir, library);
  config.module_search_paths_set = 1;
  PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
  if (!PyImport_ImportModule("monoceros.boot")) {
    PyErr_Print();
    return 1;
  }
  return Py_RunMain();
}
