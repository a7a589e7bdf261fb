// The one name of the C API that headers need. Python.h itself stays inside this folder's sources.
#pragma once

struct _object;
using PyObject = _object;
