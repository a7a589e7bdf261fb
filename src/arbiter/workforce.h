// Keeps as many workers as there shall be: starts them, replaces those that die, exchanges all of them for a new
// configuration and single ones that ask for it, and lets nobody go before the successor serves.
//
// A generation is what one configuration started. While a new one comes up, the last one that is known to work goes on
// serving, and it stays when any of the new workers fails to boot.
#pragma once

#include <optional>
#include <string>

#include "arbiter/backoff.h"
#include "arbiter/listeners.h"
#include "arbiter/process_table.h"
#include "arbiter/reaper.h"
#include "arbiter/spawner.h"
#include "log/log.h"
#include "metrics/worker_slot.h"

namespace arbiter {

struct Generation {
  unsigned number = 0;
  Options options;
  Listeners listeners;
  int target = 0;  // workers wanted; TTIN and TTOU change it
};

// A worker could not boot and nobody else serves: the server ends with `status`, for `reason`.
struct BootFailure {
  int status;
  char const* reason;
};

class Workforce {
 public:
  // All of it outlives the workforce.
  Workforce(Spawner& spawner, Collaborators const& collaborators, logging::Log& log);

  void start(Options options, Listeners listeners);
  // In a worker, which has nothing of the generation before its own.
  void let_go_of_previous() { previous_.reset(); }
  // Takes over a new configuration: what started under the present one goes when the new workers are ready.
  void replace(Options options, Listeners listeners);
  // The sockets for a new configuration, shared with those in use where it can be.
  std::expected<Listeners, BindFailure> open_listeners(Options const& options) const;
  // Shutdown is about to begin.
  void stop_deferring();
  // Workers let their clients go, one answer each.
  void announce_end();
  // Shutdown has begun: nobody shall find the unix sockets any more.
  void remove_socket_paths();
  // Lets go of the sockets once no worker takes connections from them any more. `alone`: no other server does either.
  void release_listeners(bool alone);
  // TTIN, TTOU: one worker more or less, never fewer than one.
  void change_target(int difference);
  // Sends all workers home, and waits for TTIN or HUP. Meanwhile `heir` serves.
  void dismiss_all(metrics::Heir heir);
  // As many workers as the configuration says.
  void recall() { present_.target = present_.options.workers; }
  // Another server has our sockets and goes on serving them.
  void leave_sockets_to_successor();
  void own_socket_paths();
  // No worker is wanted any more, but those that live are not touched yet.
  void stop_hiring() { is_hiring_ = false; }

  // Takes note of what the workers announced in their slots.
  void observe();
  // Something is returned when the server has to end.
  std::optional<BootFailure> account_for(Death const& death, base::Instant now);
  // Starts and retires whom it takes to come to the target.
  void reconcile(base::Instant now);
  // When reconcile() has something to do that no signal or ring announces.
  std::optional<base::Instant> next_start() const;
  std::optional<base::Instant> next_retirement() const;

  bool is_reloading() const { return previous_.has_value(); }
  // All workers of a generation have been ready at the same time, once.
  bool was_complete() const { return was_complete_; }

  Generation& present() { return present_; }
  Generation const& present() const { return present_; }
  ProcessTable& table() { return table_; }

  // Asks a worker to go, and gives it `patience`.
  void retire(Worker& worker, int signal, base::Duration patience, base::Instant now);

 private:
  // Of the present generation, and of the one to fall back on.
  template <typename Deed>
  void for_all_listeners(Deed deed) {
    deed(present_.listeners);
    if (previous_) deed(previous_->listeners);
  }
  void hear(Worker& worker);
  metrics::Heir heir() const;
  bool is_anybody_serving() const;
  int count(Phase phase) const;
  int count_fresh() const;

  void hire(base::Instant now);
  void admit_recycling();
  void conclude_reload();
  void abandon_reload(std::string const& why, base::Instant now);
  void let_go_of_sockets(Generation& generation, Listeners::Group kept);
  void retire_surplus(base::Instant now);
  bool has_replaced_workers() const;
  void slow_down(Death const& death, base::Instant now);

  Spawner& spawner_;
  Collaborators const& collaborators_;
  logging::Log& log_;
  ProcessTable table_;
  Generation present_;
  std::optional<Generation> previous_;  // while a reload is under way: the one to fall back on
  std::optional<Backoff> backoff_;
  unsigned last_generation_ = 0;
  bool is_hiring_ = true;
  bool is_succeeded_ = false;
  metrics::Heir heir_of_dismissed_ = metrics::Heir::nobody;
  bool was_complete_ = false;
  base::Instant next_retirement_{};  // of a worker that was replaced
};

}  // namespace arbiter
