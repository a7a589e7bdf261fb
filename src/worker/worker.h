// The life of one worker process, from fork to exit.
#pragma once

#include <functional>
#include <optional>

#include "log/access_format.h"
#include "log/log.h"
#include "metrics/worker_slot.h"
#include "python/hooks.h"
#include "python/wsgi/application.h"
#include "worker/core.h"

namespace worker {

struct Plan {
  std::vector<ListeningSocket> sockets;
  CoreOptions core;
  unsigned lanes = 1;
  std::uint64_t max_requests = 0;
  base::Duration graceful_timeout = std::chrono::seconds(30);
  logging::AccessFormat access_format;
  python::wsgi::Application::Options application;
  std::string application_uri;
  std::uint64_t age = 0;

  // To the arbiter.
  std::function<void()> announce_ready;
  std::function<void()> announce_retirement;
  std::function<void(int status)> announce_boot_failure;
};

inline constexpr int kBootError = 3;
inline constexpr int kAppLoadError = 4;

// Runs in the child, on Python's main thread. `preloaded` is the application if the arbiter has loaded it. Returns the
// exit status of the process.
int run(python::Gil const&, Plan plan, python::Ref preloaded, python::Hooks const& hooks, metrics::WorkerSlot& slot,
        logging::Log& log);

}  // namespace worker
