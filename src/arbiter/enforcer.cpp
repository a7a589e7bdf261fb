#include "arbiter/enforcer.h"

#include <signal.h>

#include "base/sys.h"

namespace arbiter {
namespace {

bool is_watched(Worker const& worker, Options const& options) {
  return options.timeout > base::Duration::zero() && !worker.is({Phase::aborting, Phase::killed});
}

}  // namespace

void Enforcer::enforce(Options const& options, base::Instant now) {
  for (auto& worker : table_) {
    if (worker.kill_at && *worker.kill_at <= now) {
      if (worker.phase == Phase::retiring) {
        log_.warning("Worker (pid:{}) has not finished in time, in {}: killing it", worker.pid,
                     Watchdog::describe(worker, now));
      }
      kill(worker);
    } else if (is_watched(worker, options) && watchdog_.stuck_at(worker, options.timeout) <= now) {
      abort(worker, options, now);
    }
  }
}

std::optional<base::Instant> Enforcer::deadline_of(Worker const& worker, Options const& options) const {
  if (worker.phase == Phase::killed) return std::nullopt;
  if (!is_watched(worker, options)) return worker.kill_at;
  auto const stuck_at = watchdog_.stuck_at(worker, options.timeout);
  return worker.kill_at ? std::min(*worker.kill_at, stuck_at) : stuck_at;
}

std::optional<base::Instant> Enforcer::next_deadline(Options const& options) const {
  std::optional<base::Instant> next;
  for (auto const& worker : table_) {
    auto const deadline = deadline_of(worker, options);
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void Enforcer::abort(Worker& worker, Options const& options, base::Instant now) {
  log_.critical("WORKER TIMEOUT (pid:{}): {}", worker.pid, Watchdog::describe(worker, now));
  (void)base::sys::kill(worker.pid, SIGABRT);
  worker.phase = Phase::aborting;
  worker.kill_at = now + options.abort_grace;
}

void Enforcer::kill(Worker& worker) {
  (void)base::sys::kill(worker.pid, SIGKILL);
  worker.phase = Phase::killed;
  worker.kill_at.reset();
}

void Enforcer::kill_all() {
  for (auto& worker : table_) kill(worker);
}

}  // namespace arbiter
