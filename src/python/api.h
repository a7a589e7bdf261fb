// The C API, the same way everywhere in this folder. For sources only: headers make do with python/object.h.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
