// What a worker tells the arbiter while it runs: one slot of shared memory per worker, written by the worker (but for
// pid and age), read by the arbiter at any moment. Everything is a lock-free atomic with relaxed order: a reader may be
// one step behind, and a worker may die between any two stores.
//
// A request costs the worker two stores of time and a copy of the request line.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "metrics/request_line.h"

namespace metrics {

// free → booting → ready → (draining →) exiting → free
enum class WorkerState : std::uint32_t {
  free,      // no worker here
  booting,   // forked; has not loaded the application
  ready,     // serves
  draining,  // serves still, and asks for a successor (max_requests, say); waits for the arbiter's TERM
  exiting,   // was told to go: finishes what it has
};

// Who serves the sockets on when a worker goes. Where somebody does, the worker may wait for what its clients still
// send on connections that they were promised.
enum class Heir : std::uint32_t {
  nobody,
  siblings,  // other workers of its arbiter
  upgrade,   // those of another arbiter (USR2), while its siblings go as well
};

struct alignas(64) WorkerSlot {
  using Counter = std::atomic<std::uint64_t>;

  // Set by the arbiter before fork (age) and after it (pid).
  std::atomic<pid_t> pid = 0;
  std::atomic<std::uint64_t> age = 0;

  std::atomic<WorkerState> state = WorkerState::booting;
  std::atomic<bool> app_loaded = false;
  // It accepts nobody any more.
  std::atomic<bool> has_drained = false;
  // The exit status (3 or 4) of a worker that cannot boot, set before anything that may still go wrong on the way out.
  std::atomic<int> boot_failure = 0;

  // Set by the arbiter before it sends TERM.
  std::atomic<Heir> heir = Heir::nobody;
  std::atomic<bool> sockets_end = false;  // some of its listening sockets are not among its heirs'
  // Set by the arbiter some time before: answers from then on are the last of their connections.
  std::atomic<bool> end_is_near = false;

  // The worker bounds the time of each of its requests itself: only its silence means that it is stuck.
  std::atomic<bool> bounds_requests = false;

  // base::to_ticks(). Any thread that proves the worker's loop alive beats; it counts while no request is running.
  std::atomic<std::uint64_t> heartbeat = 0;
  // When the oldest request now in the application began; 0 when there is none.
  std::atomic<std::uint64_t> request_started = 0;
  RequestLine request_line;

  // Every one of its threads for applications has a request. True from the start: a class that serves by itself takes
  // no requests of others.
  std::atomic<bool> is_full = true;

  // Totals of this worker's life.
  alignas(64) Counter requests = 0;
  Counter dropped_log_lines = 0;

  void beat(base::Instant now) { heartbeat.store(base::to_ticks(now), std::memory_order_relaxed); }
  void begin_request(base::Instant now, std::string_view line) {
    request_line.set(line);
    request_started.store(base::to_ticks(now), std::memory_order_relaxed);
  }
  void end_request() { request_started.store(0, std::memory_order_relaxed); }
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<WorkerState>::is_always_lock_free);

}  // namespace metrics
