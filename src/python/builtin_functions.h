// The functions of the built-in module, a file per theme. Each has the signature of a PyCFunction and raises what its
// docstring in builtin_module.cpp says.
#pragma once

#include "python/object.h"

namespace python::builtin {

// builtin_resources.cpp
PyObject* resource(PyObject* module, PyObject* name);
PyObject* resource_names(PyObject* module, PyObject* prefix);

// builtin_objects.cpp
PyObject* musl_version(PyObject* module, PyObject* none);
PyObject* object_refusal(PyObject* module, PyObject* path);

// builtin_settings.cpp
PyObject* settings_table(PyObject* module, PyObject* none);
PyObject* judge_setting(PyObject* module, PyObject* arguments);

// builtin_services.cpp
PyObject* log(PyObject* module, PyObject* arguments);
PyObject* is_logged(PyObject* module, PyObject* level);
PyObject* metric(PyObject* module, PyObject* arguments);
PyObject* log_line(PyObject* module, PyObject* arguments);
PyObject* log_access(PyObject* module, PyObject* line);
PyObject* set_process_title(PyObject* module, PyObject* title);
PyObject* serve(PyObject* module, PyObject* application);
PyObject* serve_command(PyObject* module, PyObject* none);
PyObject* beat(PyObject* module, PyObject* none);
PyObject* announce_ready(PyObject* module, PyObject* none);
PyObject* announce_retirement(PyObject* module, PyObject* none);
PyObject* announce_boot_failure(PyObject* module, PyObject* status);
PyObject* serve_requests(PyObject* module, PyObject* callable);

// builtin_signals.cpp
PyObject* heed_signal(PyObject* module, PyObject* number);
PyObject* arrange_signal(PyObject* module, PyObject* arguments);

}  // namespace python::builtin
