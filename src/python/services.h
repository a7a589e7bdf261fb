// What Python code may ask of the process it runs in, through the built-in module `_monoceros`. A C module has no place
// for what belongs to one process but a global; this is the one. Filled by who wires the process, before Python code
// runs; what is empty raises RuntimeError when it is called.
#pragma once

#include <functional>
#include <string>

#include "log/log.h"
#include "python/ref.h"

namespace python {

struct Services {
  logging::Log* log = nullptr;  // lines of Python code (server.log in hooks)
  // A metric of Python code (extra={"metric": ...} of server.log), for StatsD.
  std::function<void(std::string const& name, std::string const& value, std::string const& kind)> metric = {};
  std::function<void(std::string const&)> set_process_title = {};

  // The server for an embedding application (gunicorn.app.base), and as the command line says; until its end. The
  // result is the exit status of the process.
  std::function<int(Gil const&, PyObject* application)> serve = {};
  std::function<int(Gil const&)> serve_command = {};

  // In a worker: it shall be replaced.
  std::function<void()> announce_retirement = {};

  // For a worker class written in Python.
  std::function<void()> beat = {};
  std::function<void()> announce_ready = {};
  std::function<void(int status)> announce_boot_failure = {};
  // The server's own core with `callable` as its application, until the worker is to end.
  std::function<void(Gil const&, PyObject* callable)> serve_requests = {};
};

Services& services();

}  // namespace python
