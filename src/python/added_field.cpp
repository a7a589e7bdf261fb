#include "python/added_field.h"

namespace python {

bool was_added(http::Response::Added added, PyObject* name, PyObject* value) {
  using Added = http::Response::Added;
  switch (added) {
    case Added::yes:
    case Added::ours_to_decide:
      return true;
    case Added::bad_name:
      PyErr_Format(PyExc_ValueError, "%R is not a header name", name);
      return false;
    case Added::bad_value:
      PyErr_Format(PyExc_ValueError, "the value of header %R has control characters: %R", name, value);
      return false;
    case Added::bad_length:
      PyErr_Format(PyExc_ValueError, "Content-Length %R is not a length, or the second one", value);
      return false;
  }
  return false;
}

}  // namespace python
