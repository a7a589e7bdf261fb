// An owning reference to a Python object, or none. Destroyed with the interpreter lock held.
#pragma once

#include <utility>

#include "python/gil.h"
#include "python/object.h"

namespace python {

class Ref {
 public:
  Ref() = default;
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_) drop();
  }

  // Takes over a new reference, as most of the C API returns; may be null (an exception is then set).
  static Ref take(PyObject* object) { return Ref(object); }
  // Adds a reference to a borrowed object.
  static Ref share(PyObject* object);

  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

  Ref copy() const { return share(object_); }
  [[nodiscard]] PyObject* release() { return std::exchange(object_, nullptr); }

 private:
  explicit Ref(PyObject* object) : object_(object) {}
  void drop();

  PyObject* object_ = nullptr;
};

}  // namespace python
