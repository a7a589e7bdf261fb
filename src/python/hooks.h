// Server hooks (pre_fork, when_ready, ...): functions of a Python config, or by dotted path, called with the objects
// Gunicorn gives them. Here is who calls when; the objects live in Python (monoceros.runtime).
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>

#include "http/connection.h"
#include "http/response.h"
#include "python/runtime.h"

namespace python {

class Hooks {
 public:
  explicit Hooks(std::shared_ptr<Runtime const> runtime) : runtime_(std::move(runtime)) {}

  bool has(Gil const&, char const* name) const;

  // Calls hook `name`, if it is set, with plain facts; the Python side turns them (a worker's age and pid) into the
  // objects hooks expect. An exception is the caller's to deal with.
  Outcome<void> call(Gil const&, char const* name) const;
  Outcome<void> call_worker(Gil const&, char const* name, std::uint64_t age) const;
  Outcome<void> call_worker(Gil const&, char const* name, std::uint64_t age, pid_t pid) const;
  // `application` is what was loaded; the result is what is to be served.
  Outcome<Ref> call_post_worker_init(Gil const&, PyObject* application) const;
  // What a hook has made of the setting for this worker; nothing if none has.
  std::optional<std::uint64_t> max_requests(Gil const&) const;
  Outcome<void> call_nworkers_changed(Gil const&, int now, std::optional<int> before) const;

  // The object that stands for a request; empty with the exception set when memory runs out.
  Ref make_request(Gil const&, http::Connection const&) const;

  // Around a request; false with the exception set when pre_request raised. post_request's
  // are logged.
  bool pre_request(Gil const&, PyObject* request) const;
  // What pre_request has changed of the request is written into the environ; false with the exception set.
  bool rewrite(Gil const&, PyObject* request, PyObject* environ) const;
  void post_request(Gil const&, PyObject* environ, PyObject* request, http::Response const&) const;

 private:
  std::shared_ptr<Runtime const> runtime_;
};

}  // namespace python
