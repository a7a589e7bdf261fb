#include "python/held.h"

#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

std::string text_of(Gil const& gil, Ref const& text) {
  if (text) return to_utf8(gil, text.get());
  PyErr_Clear();
  return "?";
}

}  // namespace

std::size_t Held::hold(Gil const&, PyObject* object) {
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (objects_[i].get() == object) return i;
  }
  objects_.push_back(Ref::share(object));
  return objects_.size() - 1;
}

config::RawValue Held::to_raw(Gil const& gil, PyObject* object) {
  if (object == Py_None) return {};
  if (PyBool_Check(object)) return object == Py_True;
  if (PyLong_Check(object)) {
    int overflow = 0;
    auto const number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (!overflow) return std::int64_t{number};
  }
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  if (PyUnicode_Check(object)) return to_utf8(gil, object);
  if (PyList_Check(object) || PyTuple_Check(object)) return list_to_raw(gil, object);
  if (PyDict_Check(object)) return table_to_raw(gil, object);
  if (PyCallable_Check(object)) {
    Ref name = Ref::take(PyObject_GetAttrString(object, "__qualname__"));
    if (!name) PyErr_Clear(), name = Ref::take(PyObject_Str(object));
    return config::Callable{hold(gil, object), text_of(gil, name), PyType_Check(object) != 0};
  }
  return config::Opaque{text_of(gil, Ref::take(PyObject_Str(object)))};
}

config::RawValue Held::list_to_raw(Gil const& gil, PyObject* sequence) {
  config::RawList list;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); ++i)
    list.push_back(to_raw(gil, PySequence_Fast_GET_ITEM(sequence, i)));
  return list;
}

config::RawValue Held::table_to_raw(Gil const& gil, PyObject* dict) {
  config::RawTable table;
  PyObject *key, *value;
  for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &key, &value);)
    table.emplace_back(text_of(gil, Ref::take(PyObject_Str(key))), to_raw(gil, value));
  return table;
}

}  // namespace python
