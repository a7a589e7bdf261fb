// A logger in Python, when a setting wants one (logger_class, logconfig, logconfig_dict, logconfig_json): every line of
// both logs then goes through an object derived from gunicorn.glogging.Logger. Or when code of the user's has changed
// the loggers gunicorn.error and gunicorn.access: the lines of a changed one go through it.
#pragma once

#include <memory>
#include <string_view>

#include "base/clock.h"
#include "log/options.h"
#include "python/runtime.h"

namespace http {
class Connection;
class Response;
struct Request;
}  // namespace http

namespace python {

class Logger : public std::enable_shared_from_this<Logger> {
 public:
  // The error, from the class or its configuration, is for the operator.
  static base::Result<std::shared_ptr<Logger const>> open(Gil const&, std::shared_ptr<Runtime const> runtime);

  // For loggers that were changed.
  static std::shared_ptr<Logger const> follow(std::shared_ptr<Runtime const> runtime);

  // write(), for a log that lets it have its lines.
  logging::LinesTo lines() const;

  // A line of the error log. Any thread, with or without the lock; what the logger raises goes to standard error. The
  // line of an exception that is being handled (python::Handling) comes with it.
  void write(logging::Level, std::string_view line, logging::Kind) const;

  // The line of a request.
  void access(Gil const&, PyObject* environ, PyObject* request, http::Response const&, base::Duration) const;

  // The line of one that no application has answered. Any thread, with or without the lock.
  void unanswered(http::Connection const&, http::Request const&, int status, std::uint64_t body_bytes,
                  base::Duration) const;

  // Opens files again under their names.
  void reopen(Gil const&) const;

 private:
  explicit Logger(std::shared_ptr<Runtime const> runtime) : runtime_(std::move(runtime)) {}

  std::shared_ptr<Runtime const> runtime_;
};

}  // namespace python
