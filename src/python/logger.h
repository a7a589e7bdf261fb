// A logger in Python, when a setting wants one (logger_class, logconfig, logconfig_dict, logconfig_json): every line of
// both logs then goes through an object derived from gunicorn.glogging.Logger.
#pragma once

#include <memory>
#include <string_view>

#include "base/clock.h"
#include "log/level.h"
#include "python/runtime.h"

namespace http {
class Response;
}

namespace python {

class Logger {
 public:
  // The error, from the class or its configuration, is for the operator.
  static base::Result<std::shared_ptr<Logger const>> open(Gil const&, std::shared_ptr<Runtime const> runtime);

  // A line of the error log. Any thread, with or without the lock; what the logger raises goes to standard error.
  void write(logging::Level, std::string_view line) const;

  // The line of a request.
  void access(Gil const&, PyObject* environ, PyObject* request, http::Response const&, base::Duration) const;

  // Opens files again under their names.
  void reopen(Gil const&) const;

 private:
  explicit Logger(std::shared_ptr<Runtime const> runtime) : runtime_(std::move(runtime)) {}

  std::shared_ptr<Runtime const> runtime_;
};

}  // namespace python
