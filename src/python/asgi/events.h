// What the events of ASGI hold, on their way between Python and us.
#pragma once

#include <string_view>

#include "python/api.h"

namespace python::asgi {

// What an event says under a key; null where it does not.
inline PyObject* value_of(PyObject* event, char const* key) {
  return PyDict_GetItemString(event, key);
}

inline bool is(PyObject* type, char const* name) {
  return PyUnicode_CompareWithASCIIString(type, name) == 0;
}

// The type of an event; null with an exception set where it is none.
PyObject* type_of(PyObject* event);

// That an event does not make sense now: false, with a RuntimeError set.
bool refuse(char const* message);

// The bytes of what has a buffer, as long as this lives.
class Bytes {
 public:
  explicit Bytes(PyObject* object) {
    if (object && PyObject_GetBuffer(object, &buffer_, PyBUF_SIMPLE) == 0) is_good_ = true;
  }
  ~Bytes() {
    if (is_good_) PyBuffer_Release(&buffer_);
  }
  Bytes(Bytes const&) = delete;
  Bytes& operator=(Bytes const&) = delete;

  // False with an exception set, or without an object.
  bool is_good() const { return is_good_; }
  std::string_view view() const {
    return {static_cast<char const*>(buffer_.buf), static_cast<std::size_t>(buffer_.len)};
  }

 private:
  Py_buffer buffer_{};
  bool is_good_ = false;
};

}  // namespace python::asgi
