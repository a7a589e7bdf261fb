#include "python/function.h"

#include <memory>

#include "python/api.h"

namespace python {
namespace {

using Call = std::function<void(Gil const&)>;

PyObject* call(PyObject* self, PyObject* const*, Py_ssize_t) {
  auto const& function = *static_cast<Call*>(PyCapsule_GetPointer(self, nullptr));
  function(Gil::held());
  Py_RETURN_NONE;
}

PyMethodDef definition = {"monoceros", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(call)), METH_FASTCALL,
                          nullptr};

void destroy(PyObject* capsule) {
  delete static_cast<Call*>(PyCapsule_GetPointer(capsule, nullptr));
}

}  // namespace

Ref make_function(Gil const&, Call function) {
  auto owned = std::make_unique<Call>(std::move(function));
  Ref const capsule = Ref::take(PyCapsule_New(owned.get(), nullptr, destroy));
  if (!capsule) return {};
  (void)owned.release();
  return Ref::take(PyCFunction_New(&definition, capsule.get()));
}

}  // namespace python
