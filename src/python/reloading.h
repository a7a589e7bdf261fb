// Developing with reload: which files the application consists of, and what to serve while it cannot be loaded. The
// Python side is pyembed/python/monoceros/reloader.py.
#pragma once

#include <string>
#include <vector>

#include "python/raised.h"

namespace python {

// `failure` empty: the application. Else why there is none, and in its place one that shows this to every client.
struct Development {
  Ref application;
  std::string failure;
};

// As load_application(), but whatever the application's modules raise is a result.
Outcome<Development> load_for_development(Gil const&, PyObject* application);

// The source files of all modules that are loaded, or were to be loaded when that failed, and those that `patterns`
// name at this moment. Absolute, sorted; what belongs to this server is not among them.
struct ApplicationFiles {
  std::vector<std::string> paths;
  bool additions_are_changes;  // loading has failed: a new file may be what was missing
};
Outcome<ApplicationFiles> application_files(Gil const&, std::vector<std::string> const& patterns);

// Prints each line of Python that the calling thread, and those Python starts, execute from now on (spew).
Outcome<void> trace_lines(Gil const&);

}  // namespace python
