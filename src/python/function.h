// C++ that Python code calls back, where a place in the built-in module would be one for the whole process.
#pragma once

#include <functional>

#include "python/ref.h"

namespace python {

// A callable that takes whatever it is given and ignores it. `call` runs with the lock held and raises nothing. Empty
// with the exception set when memory runs out.
Ref make_function(Gil const&, std::function<void(Gil const&)> call);

}  // namespace python
