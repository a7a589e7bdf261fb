// Everything the arbiter makes others do: run a worker, fork, read the configuration anew, call hooks. main supplies
// it; the arbiter itself knows neither Python nor HTTP.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "arbiter/launch.h"
#include "arbiter/options.h"
#include "base/result.h"
#include "metrics/doorbell.h"
#include "metrics/worker_slot.h"
#include "net/listener.h"

namespace arbiter {

// A worker, as hooks get to see it.
struct WorkerInfo {
  std::uint64_t age = 0;  // the n-th worker this arbiter started
  pid_t pid = 0;          // 0 until it is forked
  metrics::WorkerSlot* slot = nullptr;
};

// What a worker is born with; all of it outlives the worker.
struct WorkerStart {
  std::uint64_t age;
  pid_t arbiter_pid;
  metrics::WorkerSlot& slot;
  std::span<std::shared_ptr<net::Listener> const> listeners;
  metrics::Doorbell const& doorbell;
  // Lets connections come to the listeners that are this worker's own (reuse_port).
  std::function<void()> listen;

  // Tells the arbiter, at once, what this worker has come to: `ready` when the application is loaded and connections
  // are accepted, `draining` to ask for a successor (go on serving until TERM comes), `exiting` after TERM.
  void announce(metrics::WorkerState state) const {
    if (state == metrics::WorkerState::ready) {
      listen();
      slot.app_loaded.store(true, std::memory_order_relaxed);
    }
    slot.state.store(state, std::memory_order_relaxed);
    doorbell.ring();
  }

  // After TERM: what was queued on the listeners is taken, and this worker looks there no more.
  void announce_drained() const {
    slot.has_drained.store(true, std::memory_order_relaxed);
    doorbell.ring();
  }

  // For a worker that cannot serve: `status` is kBootError or kAppLoadError, and what it then exits with.
  void announce_boot_failure(int status) const { slot.boot_failure.store(status, std::memory_order_relaxed); }
};

// Exit statuses of a worker, and then of the server, as Gunicorn has them.
inline constexpr int kBootError = 3;
inline constexpr int kAppLoadError = 4;

// Called in the arbiter's process, except where it says otherwise; any of them may be empty.
struct Hooks {
  // false: the server does not start.
  std::function<bool()> on_starting = {};
  std::function<bool()> when_ready = {};
  std::function<void()> on_reload = {};
  std::function<void()> on_exit = {};
  // In the child that is about to become the successor (USR2); false: it must not.
  std::function<bool()> pre_exec = {};
  std::function<void(WorkerInfo const&)> pre_fork = {};
  std::function<void(WorkerInfo const&)> forked = {};  // no hook of Gunicorn's: the worker has a pid now
  std::function<void(WorkerInfo const&)> child_exit = {};
  // The old number is missing at the start.
  std::function<void(int new_count, std::optional<int> old_count)> nworkers_changed = {};
};

struct Collaborators {
  // In the child: the whole life of a worker; its result is the exit status of the process, which ends right after
  // without running destructors or atexit handlers. Signals are as they were before the arbiter started: until the
  // worker has handlers of its own, a TERM ends it. It must bound its own graceful exit: when the arbiter dies, TERM
  // is the last it hears.
  std::function<int(WorkerStart const&)> worker_main = {};

  // fork(2) with whatever an interpreter wants done around it; empty: plain fork.
  std::function<base::Result<pid_t>()> fork_process = {};

  // Calls its argument, which waits; an interpreter lets its other threads run meanwhile. Empty: the call alone.
  std::function<void(std::function<void()> const&)> while_waiting = {};

  // HUP: reads the configuration again. On failure the present one stays.
  std::function<base::Result<Options>()> reload = {};

  // Other options are in force: those that reload() returned, or once more the earlier ones, when a new worker could
  // not boot. Workers started from now on are started under them.
  std::function<void(Options const&)> in_force = {};

  // The log files were opened anew (USR1); for others that hold files.
  std::function<void()> reopen_logs = {};

  // The sockets are bound, and no worker has been started yet: an operator who waits has seen what there was to see.
  std::function<void()> bound = {};
  // All workers serve, for the first time.
  std::function<void()> serving = {};

  // The server's name has this suffix from now on: ".2" while its predecessor lives, none once it is promoted.
  std::function<void(std::string_view suffix)> rename = {};

  Launch launch = {};
  Hooks hooks = {};
};

}  // namespace arbiter
