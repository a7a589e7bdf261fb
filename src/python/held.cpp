#include "python/held.h"

#include <optional>

#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

std::string text_of(Gil const& gil, Ref const& text) {
  if (text) return to_utf8(gil, text.get());
  PyErr_Clear();
  return "?";
}

std::optional<config::RawValue> plain(Gil const& gil, PyObject* object) {
  if (object == Py_None) return config::RawValue();
  if (PyBool_Check(object)) return object == Py_True;
  if (PyLong_Check(object)) {
    int overflow = 0;
    auto const number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (!overflow) return std::int64_t{number};
  }
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  if (PyUnicode_Check(object)) return to_utf8(gil, object);
  return std::nullopt;
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
  if (auto value = plain(gil, object)) return std::move(*value);
  if (PyList_Check(object) || PyTuple_Check(object)) return list_to_raw(gil, object);
  if (PyDict_Check(object)) return table_to_raw(gil, object);
  if (PyCallable_Check(object)) {
    Ref name = Ref::take(PyObject_GetAttrString(object, "__qualname__"));
    if (!name) PyErr_Clear(), name = Ref::take(PyObject_Str(object));
    return config::Callable{hold(gil, object), text_of(gil, name), PyType_Check(object) != 0};
  }
  return opaque(gil, object);
}

Ref Held::to_object(Gil const& gil, config::RawValue const& value) const {
  return std::visit([&](auto const& kind) { return object_of(gil, kind); }, value.kind);
}

Ref Held::object_of(Gil const&, std::monostate) const {
  return Ref::share(Py_None);
}
Ref Held::object_of(Gil const&, bool flag) const {
  return Ref::take(PyBool_FromLong(flag));
}
Ref Held::object_of(Gil const&, std::int64_t number) const {
  return Ref::take(PyLong_FromLongLong(number));
}
Ref Held::object_of(Gil const&, double number) const {
  return Ref::take(PyFloat_FromDouble(number));
}
Ref Held::object_of(Gil const& gil, std::string const& text) const {
  return from_utf8(gil, text);
}
Ref Held::object_of(Gil const&, config::Callable const& callable) const {
  return Ref::share(get(callable.index));
}
Ref Held::object_of(Gil const& gil, config::Opaque const& opaque) const {
  return opaque.index ? Ref::share(get(*opaque.index)) : from_utf8(gil, opaque.display);
}

Ref Held::object_of(Gil const& gil, config::RawList const& values) const {
  Ref list = Ref::take(PyList_New(0));
  for (auto const& value : values) {
    Ref const item = to_object(gil, value);
    if (!list || !item || PyList_Append(list.get(), item.get()) < 0) return {};
  }
  return list;
}

Ref Held::object_of(Gil const& gil, config::RawTable const& table) const {
  Ref dict = Ref::take(PyDict_New());
  for (auto const& [name, value] : table) {
    Ref const key = from_utf8(gil, name);
    Ref const item = to_object(gil, value);
    if (!dict || !key || !item || PyDict_SetItem(dict.get(), key.get(), item.get()) < 0) return {};
  }
  return dict;
}

config::RawValue Held::opaque(Gil const& gil, PyObject* object) {
  return config::Opaque{text_of(gil, Ref::take(PyObject_Str(object))), hold(gil, object)};
}

// What is inside of a list or a dict comes back as it was: a tuple, a key that is no text, the list itself.
config::RawValue Held::part_to_raw(Gil const& gil, PyObject* object) {
  auto value = plain(gil, object);
  return value ? std::move(*value) : opaque(gil, object);
}

config::RawValue Held::list_to_raw(Gil const& gil, PyObject* sequence) {
  config::RawList list;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); ++i)
    list.push_back(part_to_raw(gil, PySequence_Fast_GET_ITEM(sequence, i)));
  return list;
}

config::RawValue Held::table_to_raw(Gil const& gil, PyObject* dict) {
  config::RawTable table;
  PyObject *key, *value;
  for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &key, &value);)
    table.emplace_back(text_of(gil, Ref::take(PyObject_Str(key))), part_to_raw(gil, value));
  return table;
}

}  // namespace python
