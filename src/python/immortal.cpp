#include "python/immortal.h"

#include <algorithm>
#include <array>

#include "python/api.h"

namespace python {
namespace {

constexpr std::array kKinds = {
    &PyCode_Type,         &PyFunction_Type,
    &PyMethod_Type,       &PyCell_Type,
    &PyModule_Type,       &PyProperty_Type,
    &PyClassMethod_Type,  &PyStaticMethod_Type,
    &PyCFunction_Type,    &PyMethodDescr_Type,
    &PyGetSetDescr_Type,  &PyMemberDescr_Type,
    &PyWrapperDescr_Type, &PyClassMethodDescr_Type,
    &PyUnicode_Type,      &PyBytes_Type,
    &PyLong_Type,         &PyFloat_Type,
    &PyComplex_Type,      &PyTuple_Type,
    &PyList_Type,         &PyDict_Type,
    &PySet_Type,          &PyFrozenSet_Type,
};

bool nobody_waits_for_its_end(PyObject* object) {
  return PyType_Check(object) || std::ranges::find(kKinds, Py_TYPE(object)) != kKinds.end();
}

void follow(PyObject* object);

void settle(PyObject* object) {
  if (_Py_IsImmortal(object) || !nobody_waits_for_its_end(object)) return;
  object->ob_refcnt = _Py_IMMORTAL_REFCNT;
  if (!PyObject_GC_IsTracked(object)) follow(object);  // else its turn comes, or has been
}

// Code is nothing to the collector, but holds most of what is shared.
void follow_code(PyCodeObject const& code) {
  for (auto* const part : {code.co_consts, code.co_names, code.co_localsplusnames, code.co_localspluskinds,
                           code.co_filename, code.co_name, code.co_qualname, code.co_linetable, code.co_exceptiontable})
    if (part) settle(part);
}

void follow(PyObject* object) {
  if (PyCode_Check(object)) return follow_code(*reinterpret_cast<PyCodeObject*>(object));
  auto const visit = [](PyObject* referent, void*) {
    settle(referent);
    return 0;
  };
  if (PyObject_IS_GC(object) && Py_TYPE(object)->tp_traverse) Py_TYPE(object)->tp_traverse(object, visit, nullptr);
}

}  // namespace

void make_immortal(Gil const&) {
  auto const visit = [](PyObject* object, void*) {
    settle(object);
    follow(object);
    return 1;
  };
  PyUnstable_GC_VisitObjects(visit, nullptr);
}

}  // namespace python
