// What a worker is born with.
#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"
#include "metrics/statsd.h"
#include "metrics/worker_slot.h"
#include "worker/entrance.h"
#include "worker/relay.h"
#include "worker/reloader.h"

namespace worker {

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

}  // namespace worker
