// The life of one worker process, from fork to exit.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "log/log.h"
#include "python/hooks.h"
#include "python/logger.h"
#include "python/server_code.h"
#include "worker/birth.h"
#include "worker/boot_failure.h"
#include "worker/plan.h"
#include "worker/reloader.h"

namespace worker {

// Who is told of the life of a worker and of its requests.
struct Observers {
  python::Hooks const& hooks;
  // Looks what code of the user's has made of the loggers in Python: their changes count from then on. Who writes the
  // access log by now; null: that is done without Python.
  std::function<python::Logger const*(python::Gil const&)> look_at_loggers;
};

// With reload: for a worker that is replaced when the application's code changes. It leaves as after TERM, and does not
// wait for its successor: what comes meanwhile waits in the listeners for the new code. To be made before anything of
// the application is loaded, and started when it is. Null without reload. What it is given outlives it; whoever ends it
// does not hold the GIL.
base::Result<std::unique_ptr<Reloader>> reloader_of(Plan const& plan, python::Hooks const& hooks, logging::Log& log,
                                                    std::function<void()> announce_retirement);

// Loads the application; in the arbiter's process it may have been loaded already.
using Load = std::function<std::expected<python::Ref, python::LoadFailure>(python::Gil const&)>;

// Both run in the child, on Python's main thread, and return the exit status of the process. serve() is the part that
// comes after booting, for who boots by itself.
int run(python::Gil const&, Plan plan, Birth birth, Load const& load, Observers const& observers, logging::Log& log);
int serve(python::Gil const&, python::Ref callable, Plan plan, Birth birth, Observers const& observers,
          logging::Log& log);

}  // namespace worker
