#include "arbiter/spawner.h"

#include <errno.h>
#include <signal.h>

#include <format>

#include "arbiter/forking.h"
#include "base/sys.h"
#include "base/thread.h"

namespace arbiter {

Spawner::Spawner(Collaborators const& collaborators, logging::Log& log, metrics::SlotTable& slots,
                 metrics::Doorbell const& doorbell, std::optional<net::SignalSource>& signals,
                 std::function<void()> let_go)
    : collaborators_(collaborators),
      log_(log),
      slots_(slots),
      doorbell_(doorbell),
      signals_(signals),
      let_go_(std::move(let_go)),
      arbiter_pid_(base::sys::own_pid()) {}

base::Result<Worker> Spawner::spawn(Options const& options, Listeners const& listeners, unsigned generation) {
  auto* const slot = slots_.acquire();
  if (!slot) return base::failure("no room for another worker: all slots are taken");
  auto const age = ++last_age_;
  slot->age = age;
  if (collaborators_.hooks.pre_fork) collaborators_.hooks.pre_fork({age, 0, slot});

  auto const pid = fork_with_default_signals(collaborators_, signals_);
  if (!pid) {
    slots_.release(*slot);
    bool const are_too_many = pid.error().code() == EAGAIN;
    return base::failure(std::format("cannot start a worker: {}{}", pid.error().message(),
                                     are_too_many ? std::format(" ({})", base::kWayToMoreTasks) : ""));
  }
  if (*pid == 0) live_as_worker(options, listeners, *slot);
  slot->pid = *pid;
  if (collaborators_.hooks.forked) collaborators_.hooks.forked({age, *pid, slot});
  return Worker{.age = age, .pid = *pid, .slot = slot, .generation = generation, .started = base::now()};
}

void Spawner::live_as_worker(Options const& options, Listeners const& listeners, metrics::WorkerSlot& slot) {
  let_go_();
  base::sys::exit_at_once(run_worker(options, listeners, slot));
}

int Spawner::run_worker(Options const& options, Listeners const& listeners, metrics::WorkerSlot& slot) {
  log_.count_drops_in(slot.dropped_log_lines);
  log_.info("Booting worker with pid: {}", base::sys::own_pid());
  auto const sockets = listeners.for_worker(options);
  if (!sockets) {
    log_.error("{}", sockets.error().to_string());
    return 1;
  }
  if (options.identity) {
    if (auto const assumed = options.identity->assume(); !assumed) {
      log_.error("{}", assumed.error().message());
      slot.boot_failure.store(kBootError, std::memory_order_relaxed);
      return kBootError;
    }
  }
  // TERM, so that running requests are still answered. The kernel forgets this when the process changes its user.
  (void)base::sys::die_with_parent(SIGTERM);
  if (base::sys::parent_pid() != arbiter_pid_) return 0;  // it died before the kernel knew
  auto const listen_on_own = [&] {
    for (auto const& socket : *sockets) {
      if (socket->reuses_port()) listen(*socket, options);
    }
  };
  return collaborators_.worker_main({slot.age, arbiter_pid_, slot, *sockets, doorbell_, listen_on_own});
}

// What a foreign socket that came to listen on the port meanwhile may prevent.
void Spawner::listen(net::Listener const& listener, Options const& options) const {
  auto const listening = listener.listen(options.backlog);
  if (listening) return;
  log_.error("bind: cannot listen on {}: {}", listener.local().to_string(), listening.error().message());
  base::sys::exit_at_once(1);
}

}  // namespace arbiter
