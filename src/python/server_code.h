// The server's own Python code (pyembed/python/monoceros): loading the application, reading a Python config file,
// calling hooks. What is easier to say in Python is said there; this is the door.
#pragma once

#include <string>
#include <variant>

#include "base/result.h"
#include "config/layer.h"
#include "python/held.h"
#include "python/raised.h"

namespace python {

// Why an application cannot be loaded. `is_import_error`: the name is wrong, in one line; else the text is a traceback.
struct LoadFailure {
  bool is_import_error;
  std::string text;
};

// "module", "module:name" or "module:factory('literal')".
std::expected<Ref, LoadFailure> load_application(Gil const&, std::string const& uri);

// Runs a Python config file (a path, "file:PATH" or "python:MODULE") and gives its names as a layer. The error is what
// the operator is to read.
base::Result<config::Layer> read_config_file(Gil const&, std::string const& location, Held& held);

// A function by its dotted path, "package.module.function".
base::Result<Ref> import_object(Gil const&, std::string const& path);

}  // namespace python
