#include "python/ref.h"

#include "python/api.h"

namespace python {

Ref Ref::share(PyObject* object) {
  return Ref(Py_XNewRef(object));
}

void Ref::drop() {
  Py_DECREF(object_);
}

}  // namespace python
