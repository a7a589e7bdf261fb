// The thread of a worker that never runs applications. It proves the process alive to the arbiter, tells it which
// request is the oldest, leads the core's loop while every lane is in the application for long (so that slow clients
// are read, slow readers are served and deadlines are kept), and ends the process when that is overdue: after TERM
// within graceful_timeout, after INT or QUIT at once, after ABRT with a report of what every Python thread is doing.
//
// Where the worker bounds its requests itself (gthread), one that gives no sign for `request_timeout` is taken away
// from its thread: the client gets 504, the thread an exception. A thread that does not heed it is given up; the worker
// asks for a successor, serves on with its other threads meanwhile, and ends without that one.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "http/refusal.h"
#include "log/access_format.h"
#include "log/log.h"
#include "metrics/worker_slot.h"
#include "python/interruption.h"
#include "worker/core.h"
#include "worker/lane_watch.h"
#include "worker/pulse.h"
#include "worker/signals.h"

namespace worker {

class Standby {
 public:
  enum class Exit {
    quick,     // INT, QUIT, or out of time
    stuck,     // ABRT
    deserted,  // in good order, but for threads that were given up
  };

  struct Options {
    base::Duration graceful_timeout = std::chrono::seconds(30);
    base::Duration request_timeout = {};  // zero: the arbiter's business
    // What threads are interrupted by; with request_timeout only. Outlives the standby.
    python::Interruption const* interruption = nullptr;
    // Where the application runs on an event loop; else null. Outlives the standby.
    Pulse* pulse = nullptr;
    // Whether a sibling could take a request that waits here; empty: there are none.
    std::function<bool()> sibling_is_idle;
    // Asks for a successor.
    std::function<void()> retire;
    // While nothing happens the process still proves itself alive so often.
    base::Duration heartbeat = std::chrono::seconds(1);
    // Called with the interpreter lock wanted but not held, before the process ends without its main thread's help.
    std::function<void(Exit)> on_exit;
    // Called now and then, at least once a `heartbeat`.
    std::function<void(base::Instant)> on_beat;
    // Of requests that are cut off; null: no access log. Outlives the standby.
    logging::AccessFormat const* access_format = nullptr;
    python::Logger const* access_logger = nullptr;  // absent: the access log is written without Python
  };

  static base::Result<std::unique_ptr<Standby>> create(Core&, metrics::WorkerSlot&, logging::Log&, Options);
  ~Standby();

  // An event counter that signals ring.
  int wake_descriptor() const { return wake_.get(); }

  base::Result<void> start(Signals& signals, std::vector<std::unique_ptr<Lane>> const& lanes);
  // The worker ends in good order by itself.
  void stop();

  // A lane has begun a request. Costs a system call only after a second without any.
  void notice_request() {
    if (dozing_.load(std::memory_order_relaxed) && dozing_.exchange(false)) ring();
  }

 private:
  Standby(Core& core, metrics::WorkerSlot& slot, logging::Log& log, Options options, base::Fd wake);

  void run();
  void ring();
  void wait(base::Duration limit);
  bool bounds_requests() const { return options_.request_timeout > base::Duration::zero(); }
  void send_held();
  void look(base::Instant now);
  void publish(base::Instant now);
  bool all_lanes_are_away(base::Instant now) const;
  void lead_meanwhile();
  void pass_on();
  void check_signals(base::Instant now);
  bool is_deserted() const;
  void bound_requests(base::Instant now);
  void interrupt(LaneWatch& watch, base::Instant now);
  void give_up(LaneWatch& watch, base::Instant now);
  void flush_access_lines();
  void cut_off(Lane& lane, base::Instant now, std::optional<http::Refusal> const& refusal);
  [[noreturn]] void exit_stuck();
  [[noreturn]] void exit_deserted();
  [[noreturn]] void exit_quickly();

  Core& core_;
  metrics::WorkerSlot& slot_;
  logging::Log& log_;
  Options options_;
  base::Fd wake_;
  Signals* signals_ = nullptr;
  std::vector<LaneWatch> watches_;
  bool leads_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> dozing_ = false;
  std::optional<base::Instant> graceful_since_, quick_since_;
  base::Instant last_request_;
  std::thread thread_;
};

}  // namespace worker
