// The server's own Python code (pyembed/python/monoceros): loading the application, reading a Python config file,
// calling hooks. What is easier to say in Python is said there; this is the door.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/layer.h"
#include "log/level.h"
#include "python/held.h"
#include "python/raised.h"

namespace python {

// Why an application cannot be loaded. `is_import_error`: the name is wrong, in one line; else the text is a traceback.
struct LoadFailure {
  bool is_import_error;
  std::string text;
};

// An object whose wsgi() loads the application: of a name ("module", "module:name" or "module:factory('literal')"), or
// of a Paste file ("file.ini" or "file.ini#name") with global settings.
base::Result<Ref> named_application(Gil const&, std::string const& uri);
base::Result<Ref> paste_application(Gil const&, std::string const& uri, std::span<std::string const> global_conf);

// Calls wsgi() of such an object.
std::expected<Ref, LoadFailure> load_application(Gil const&, PyObject* application);

// What speaks against serving what was loaded by a worker class of ASGI, or of WSGI; empty: nothing that can be seen.
std::string complaint_about(Gil const&, PyObject* application, bool is_asgi);

// Runs a Python config file (a path, "file:PATH" or "python:MODULE") and gives its names as a layer. The error is what
// the operator is to read.
base::Result<config::Layer> read_config_file(Gil const&, std::string const& location, Held& held);

// The settings in the server section of a Paste file, as the layer of a framework.
base::Result<config::Layer> read_paste_file(Gil const&, std::string const& uri, Held& held);

// The names of a dict as a layer, with the values of those that are settings: others are the program's own affair.
config::Layer layer_of(Gil const&, PyObject* dict, config::Origin const& origin, Held& held);

// What the operator is to read of an exception: the sentence of one that our own code raises as such, a traceback of
// any other.
std::string message_of(Gil const&, Raised const&);

// gunicorn.error and gunicorn.access of the logging module lead to our logs from now on.
void connect_loggers(Gil const&, logging::Level level, bool with_access);

// What code of the user's has made of them: the level of the error log's, if it was changed, and whether the access
// log's was.
struct LoggerChanges {
  std::optional<logging::Level> error_level;
  bool access;
};
LoggerChanges logger_changes(Gil const&);

// What the Server field of responses is to say: gunicorn.SERVER, which configurations assign to.
std::string server_name(Gil const&);

// sys.argv
std::vector<std::string> command_line(Gil const&);

// A function by its dotted path, "package.module.function".
base::Result<Ref> import_object(Gil const&, std::string const& path);

}  // namespace python
