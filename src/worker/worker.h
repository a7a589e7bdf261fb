// The life of one worker process, from fork to exit.
#pragma once

#include <functional>
#include <vector>

#include "log/log.h"
#include "metrics/statsd.h"
#include "metrics/worker_slot.h"
#include "python/hooks.h"
#include "worker/plan.h"

namespace worker {

// What a worker is born with.
struct Birth {
  std::uint64_t age;
  std::vector<ListeningSocket> sockets;
  metrics::WorkerSlot& slot;

  // To the arbiter.
  std::function<void()> announce_ready;
  std::function<void()> announce_retirement;
  std::function<void(int status)> announce_boot_failure;

  metrics::Statsd* statsd = nullptr;  // told about each request, if there is one
  // Called now and then, at least once a heartbeat, from a thread that never waits for the application.
  std::function<void(base::Instant)> on_beat = {};
};

inline constexpr int kBootError = 3;
inline constexpr int kAppLoadError = 4;

// Runs in the child, on Python's main thread. `preloaded` is the application if the arbiter has loaded it. Returns the
// exit status of the process.
int run(python::Gil const&, Plan plan, Birth birth, python::Ref preloaded, python::Hooks const& hooks,
        logging::Log& log);

}  // namespace worker
