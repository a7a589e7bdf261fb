// What an application hears of a field of its answer that is refused.
#pragma once

#include "http/response.h"
#include "python/api.h"

namespace python {

// False with a ValueError set where the field of this name and value, as the application gave them, was not added.
bool was_added(http::Response::Added, PyObject* name, PyObject* value);

}  // namespace python
