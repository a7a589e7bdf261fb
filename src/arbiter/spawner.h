// Turns a fork into a worker: slot, hooks, signals and the tie to the arbiter's life.
#pragma once

#include <functional>
#include <optional>

#include "arbiter/collaborators.h"
#include "arbiter/listeners.h"
#include "arbiter/process_table.h"
#include "log/log.h"
#include "metrics/slot_table.h"
#include "net/signal_source.h"

namespace arbiter {

class Spawner {
 public:
  // All of it outlives the spawner. The child lets go of `signals`, and of what `let_go` knows.
  Spawner(Collaborators const& collaborators, logging::Log& log, metrics::SlotTable& slots,
          metrics::Doorbell const& doorbell, std::optional<net::SignalSource>& signals, std::function<void()> let_go);

  // Returns in the arbiter only.
  base::Result<Worker> spawn(Options const& options, Listeners const& listeners, unsigned generation);

  // The worker is dead and accounted for.
  void bury(Worker const& worker) { slots_.release(*worker.slot); }

 private:
  [[noreturn]] void live_as_worker(Options const& options, Listeners const& listeners, metrics::WorkerSlot& slot);
  int run_worker(Options const& options, Listeners const& listeners, metrics::WorkerSlot& slot);
  void listen(net::Listener const& listener, Options const& options) const;

  Collaborators const& collaborators_;
  logging::Log& log_;
  metrics::SlotTable& slots_;
  metrics::Doorbell const& doorbell_;
  std::optional<net::SignalSource>& signals_;
  std::function<void()> let_go_;
  pid_t const arbiter_pid_;
  std::uint64_t last_age_ = 0;
};

}  // namespace arbiter
