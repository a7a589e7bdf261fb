// The life of one worker process, from fork to exit.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/log.h"
#include "metrics/statsd.h"
#include "metrics/worker_slot.h"
#include "python/hooks.h"
#include "python/logger.h"
#include "python/server_code.h"
#include "worker/plan.h"
#include "worker/reloader.h"

namespace worker {

// What a worker is born with.
struct Birth {
  std::uint64_t age;
  std::vector<ListeningSocket> sockets;
  metrics::WorkerSlot& slot;

  // To the arbiter.
  std::function<void()> announce_ready;  // the reloader is started, too
  std::function<void()> announce_retirement;
  std::function<void(int status)> announce_boot_failure;
  std::function<void()> announce_drained;

  // Shared with all other workers; null: connections stay where they are.
  Relay const* relay = nullptr;
  // Whether one of them has nothing to do.
  std::function<bool()> sibling_is_idle = {};

  // With reload. Stopped while the worker's signals are heeded.
  Reloader* reloader = nullptr;

  metrics::Statsd* statsd = nullptr;  // told about each request, if there is one
  // Called now and then, at least once a heartbeat, from a thread that never waits for the application.
  std::function<void(base::Instant)> on_beat = {};
};

inline constexpr int kBootError = 3;
inline constexpr int kAppLoadError = 4;

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
