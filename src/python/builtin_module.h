// The built-in module `_monoceros`: what our own Python code (pyembed/python) needs from the executable.
#pragma once

#include "python/object.h"

extern "C" PyObject* create_builtin_module();
