// A program that embeds the server: its application object, as gunicorn.app.base.BaseApplication has it.
#pragma once

#include "base/result.h"
#include "config/layer.h"
#include "python/held.h"
#include "python/raised.h"

namespace python {

// What the program has set on its cfg. The error is for the operator.
base::Result<config::Layer> settings_of_embedding(Gil const&, PyObject* application, Held& held);

// Lets the program configure itself anew.
base::Result<void> reload_embedding(Gil const&, PyObject* application);

}  // namespace python
