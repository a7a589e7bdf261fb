// The server as Python code sees it (monoceros.runtime.Runtime): settings, hooks, logger, the objects they get. One per
// configuration; hooks and logger are views of it.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "config/hook.h"
#include "config/merge.h"
#include "config/settings_table.h"
#include "config/values.h"
#include "python/held.h"
#include "python/raised.h"

namespace python {

class Runtime {
 public:
  using Given = std::pair<config::Row const*, config::Hook const*>;

  // `hooks` are the functions that are called, `values` all settings. A path that cannot be imported, and a function
  // that cannot be called with what a hook is given, are errors for the operator.
  static base::Result<std::shared_ptr<Runtime const>> create(Gil const&, std::span<Given const> hooks,
                                                             config::NamedValues const& values,
                                                             config::OriginsByName const& origins, Held const& held);

  PyObject* object() const { return object_.get(); }

  // Calls a method; `arguments` are borrowed and not null.
  Outcome<Ref> call(Gil const&, char const* method, std::initializer_list<PyObject*> arguments = {}) const;

  // What server and workers show as theirs: an object with wsgi().
  void set_application(Gil const&, PyObject* application) const;
  // What the server object shows: how many workers there shall be.
  void set_server(Gil const&, int workers) const;

  // The worker that was announced by pre_fork has been forked.
  void note_worker(Gil const&, std::uint64_t age, pid_t pid) const;

  // Imports a worker class of the user's own. The error is for the operator.
  base::Result<void> load_worker_class(Gil const&) const;
  // In the child: the life of a worker of that class, which serves `application` (it has wsgi()) on the descriptors;
  // returns the exit status.
  int run_worker(Gil const&, std::uint64_t age, std::span<int const> descriptors, PyObject* application) const;

 private:
  explicit Runtime(Ref object) : object_(std::move(object)) {}

  Ref object_;
};

}  // namespace python
