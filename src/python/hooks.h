// Server hooks (pre_fork, when_ready, ...): functions of a Python config, or by dotted path, called with the objects
// Gunicorn gives them. The objects live in Python (pyembed/python/monoceros/hooks.py); here is who calls when.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "config/hook.h"
#include "http/request.h"
#include "http/response.h"
#include "python/held.h"
#include "python/raised.h"

namespace python {

class Hooks {
 public:
  using Named = std::pair<std::string_view, config::Hook const*>;

  // Resolves those that are set. A path that cannot be imported, or a function that takes another number of arguments
  // than its hook gives, is an error for the operator.
  static base::Result<Hooks> create(Gil const&, std::span<Named const> named, Held const& held);

  bool has(Gil const&, char const* name) const;

  // What the hooks' `server` object shows.
  void set_server(Gil const&, std::span<std::string const> addresses, int workers) const;

  // Calls hook `name`, if it is set, with plain facts; the Python side turns them (a worker's age and pid) into the
  // objects hooks expect. An exception is the caller's to deal with.
  Outcome<void> call(Gil const&, char const* name) const;
  Outcome<void> call_worker(Gil const&, char const* name, std::uint64_t age) const;
  Outcome<void> call_worker(Gil const&, char const* name, std::uint64_t age, pid_t pid) const;
  Outcome<void> call_nworkers_changed(Gil const&, int now, std::optional<int> before) const;

  // Around a request; false with the exception set when pre_request raised. post_request's are logged.
  bool pre_request(Gil const&, http::Request const&) const;
  void post_request(Gil const&, PyObject* environ, http::Response const&) const;

 private:
  explicit Hooks(Ref runtime) : runtime_(std::move(runtime)) {}
  static Outcome<void> finished(Gil const&, PyObject* result);

  Ref runtime_;
};

}  // namespace python
