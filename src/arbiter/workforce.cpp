#include "arbiter/workforce.h"

#include <signal.h>

#include "arbiter/death_report.h"
#include "base/sys.h"

namespace arbiter {

using namespace std::chrono_literals;

namespace {

constexpr int kForksAtOnce = 16;  // then it is looked at whether somebody wants something else
// A worker that left by itself in good order: some platforms (Heroku) send TERM to every process at once, and ours may
// be right behind.
constexpr base::Duration kPauseAfterCleanExit = 100ms;
constexpr base::Duration kPauseAfterFailedFork = 1s;
// Workers that were replaced go one after the other, so that not all their clients connect anew at once; one that takes
// longer to finish does not hold up the others.
constexpr base::Duration kPauseBetweenRetirements = 1s;
// No more than one worker in so many is being exchanged at the same time, but always one.
constexpr int kExchangeShare = 4;
// A worker that runs out of time says so itself and cuts its requests off in good order; if it still can.
constexpr base::Duration kTimeForLastWords = 500ms;

double seconds(base::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

bool asks_for_successor(Worker const& worker) {
  return worker.phase == Phase::ready && worker.slot->state == metrics::WorkerState::draining;
}

}  // namespace

Workforce::Workforce(Spawner& spawner, Collaborators const& collaborators, logging::Log& log)
    : spawner_(spawner), collaborators_(collaborators), log_(log) {}

void Workforce::start(Options options, Listeners listeners) {
  backoff_.emplace(options.backoff);
  int const target = options.workers;
  present_ = {++last_generation_, std::move(options), std::move(listeners), target};
}

void Workforce::replace(Options options, Listeners listeners) {
  auto const now = base::now();
  if (is_reloading()) {
    // The reload under way is overtaken; the generation before it still is the one to fall back on.
    let_go_of_sockets(present_, {&previous_->listeners, &listeners});
    for (auto& worker : table_) {
      if (worker.is_fresh()) retire(worker, SIGTERM, present_.options.graceful_timeout, now);
    }
  } else {
    previous_ = std::move(present_);
    for (auto& worker : table_) {
      if (worker.is_fresh()) worker.phase = Phase::outgoing;
    }
  }
  start(std::move(options), std::move(listeners));
}

std::expected<Listeners, BindFailure> Workforce::open_listeners(Options const& options) const {
  if (previous_) return Listeners::open(options, {&present_.listeners, &previous_->listeners});
  return Listeners::open(options, {&present_.listeners});
}

void Workforce::stop_deferring() {
  for_all_listeners([](Listeners& listeners) { listeners.stop_deferring(); });
}

void Workforce::announce_end() {
  for (auto& worker : table_) worker.slot->end_is_near.store(true, std::memory_order_relaxed);
}

void Workforce::remove_socket_paths() {
  for_all_listeners([](Listeners& listeners) { listeners.remove_paths(); });
}

void Workforce::release_listeners(bool alone) {
  auto const takes_connections = [](Worker const& worker) { return !worker.slot->has_drained; };
  if (is_hiring_) return;
  if (alone) for_all_listeners([](Listeners& listeners) { listeners.stop_queueing(); });
  if (table_.count(takes_connections) > 0) return;
  for_all_listeners([&](Listeners& listeners) {
    if (alone) listeners.stop_listening();
    listeners.close_except({});
  });
}

void Workforce::leave_sockets_to_successor() {
  is_succeeded_ = true;
  for_all_listeners([](Listeners& listeners) { listeners.disown_paths(); });
}

void Workforce::own_socket_paths() {
  for_all_listeners([](Listeners& listeners) { listeners.own_paths(); });
}

void Workforce::change_target(int difference) {
  int const old = present_.target;
  present_.target = std::max(1, old + difference);
  auto const& changed = collaborators_.hooks.nworkers_changed;
  if (changed) changed(present_.target, old);
}

void Workforce::dismiss_all(metrics::Heir heir) {
  present_.target = 0;
  heir_of_dismissed_ = heir;
}

void Workforce::observe() {
  for (auto& worker : table_) hear(worker);
  was_complete_ = was_complete_ || count(Phase::ready) >= present_.target;
}

void Workforce::hear(Worker& worker) {
  worker.was_ready = worker.slot->app_loaded;
  if (!worker.was_ready || worker.phase != Phase::booting) return;
  worker.phase = Phase::ready;
  if (worker.owes_reopen) (void)base::sys::kill(worker.pid, SIGUSR1);
}

std::optional<BootFailure> Workforce::account_for(Death const& reaped, base::Instant now) {
  auto death = reaped;
  auto& worker = death.worker;
  worker.was_ready = worker.slot->app_loaded;
  report(death, log_);
  if (collaborators_.hooks.child_exit) collaborators_.hooks.child_exit(worker.info());
  int const boot_failure = boot_failure_of(death);
  bool const left_as_agreed = death.status.is_code(0) && worker.slot->state == metrics::WorkerState::draining;
  spawner_.bury(worker);

  if (!is_hiring_ || worker.phase == Phase::retiring || left_as_agreed) return std::nullopt;
  if (is_reloading() && worker.generation == present_.number && !worker.was_ready) {
    abandon_reload(std::format("worker (pid:{}) {}", worker.pid, death.status.to_string()), now);
    return std::nullopt;
  }
  bool const is_of_abandoned_reload = worker.generation > present_.number;
  if (is_of_abandoned_reload || worker.is({Phase::aborting, Phase::killed})) return std::nullopt;
  slow_down(death, now);
  if (!boot_failure) return std::nullopt;
  auto const* const reason = boot_failure == kAppLoadError ? "App failed to load." : "Worker failed to boot.";
  log_.error("{}", reason);
  if (was_complete_ && is_anybody_serving()) return std::nullopt;
  return BootFailure{boot_failure, reason};
}

void Workforce::slow_down(Death const& death, base::Instant now) {
  auto const lived = now - death.worker.started;
  auto const served = death.worker.was_ready ? Backoff::Served::yes : Backoff::Served::no;
  auto const pause = backoff_->worker_died(now, lived, served, present_.target);
  if (pause > base::Duration::zero()) {
    log_.warning("Workers keep dying young (the last one, pid:{}, {} after {:.1f} s): the next one starts in {:.1f} s",
                 death.worker.pid, death.status.to_string(), seconds(lived), seconds(pause));
  } else if (death.status.is_code(0)) {
    backoff_->hold(now, kPauseAfterCleanExit);
  }
}

void Workforce::reconcile(base::Instant now) {
  if (!is_hiring_) return;
  admit_recycling();
  hire(now);
  if (is_reloading() && count(Phase::ready) >= present_.target) conclude_reload();
  retire_surplus(now);
}

// A few at a time: the others serve on meanwhile, and a server never starts all its workers anew at once.
void Workforce::admit_recycling() {
  if (is_reloading()) return;
  int const most = std::max(1, present_.target / kExchangeShare);
  while (count(Phase::outgoing) < most) {
    auto* const worker = table_.oldest(asks_for_successor);
    if (!worker) return;
    log_.debug("Worker (pid:{}) asks for a successor", worker->pid);
    worker->phase = Phase::outgoing;
  }
}

void Workforce::hire(base::Instant now) {
  for (int forks = 0; forks < kForksAtOnce && count_fresh() < present_.target && now >= backoff_->not_before();
       ++forks) {
    auto const worker = spawner_.spawn(present_.options, present_.listeners, present_.number);
    if (worker) {
      table_.add(*worker);
    } else {
      log_.error("{}", worker.error().message());
      backoff_->hold(now, kPauseAfterFailedFork);
    }
  }
}

std::optional<base::Instant> Workforce::next_start() const {
  if (!is_hiring_ || count_fresh() >= present_.target) return std::nullopt;
  return backoff_->not_before();
}

// Those from before go in retire_surplus().
void Workforce::conclude_reload() {
  log_.info("Reload complete: {} new workers serve", count(Phase::ready));
  let_go_of_sockets(*previous_, {&present_.listeners});
  previous_.reset();
}

// But for those that are `kept`. The workers of the generation go before long.
void Workforce::let_go_of_sockets(Generation& generation, Listeners::Group kept) {
  bool const end = generation.listeners.has_other_than(kept);
  for (auto& worker : table_) {
    if (worker.generation == generation.number) worker.slot->sockets_end.store(end, std::memory_order_relaxed);
  }
  generation.listeners.close_except(kept);
}

void Workforce::abandon_reload(std::string const& why, base::Instant now) {
  let_go_of_sockets(present_, {&previous_->listeners});
  for (auto& worker : table_) {
    if (worker.is_fresh()) retire(worker, SIGTERM, present_.options.graceful_timeout, now);
    if (worker.phase == Phase::outgoing) worker.phase = worker.was_ready ? Phase::ready : Phase::booting;
  }
  log_.error("Reload failed: a new {} before it was ready; the workers from before serve on ({})", why,
             count(Phase::ready));
  present_ = std::move(*previous_);
  previous_.reset();
  if (collaborators_.in_force) collaborators_.in_force(present_.options);
}

void Workforce::retire_surplus(base::Instant now) {
  auto const patience = present_.options.graceful_timeout;
  auto const retire_oldest = [&](auto const& predicate) {
    if (auto* const worker = table_.oldest(predicate)) retire(*worker, SIGTERM, patience, now);
  };
  while (count_fresh() > present_.target) retire_oldest([](Worker const& worker) { return worker.is_fresh(); });
  if (!has_replaced_workers()) return;
  if (now < next_retirement_ && count(Phase::retiring) > 0) return;
  retire_oldest([](Worker const& worker) { return worker.phase == Phase::outgoing; });
  next_retirement_ = now + kPauseBetweenRetirements;
}

// Some that may go because enough others serve.
bool Workforce::has_replaced_workers() const {
  if (is_reloading() || count(Phase::outgoing) == 0) return false;
  return count(Phase::ready) + count(Phase::outgoing) > present_.target;
}

std::optional<base::Instant> Workforce::next_retirement() const {
  if (!is_hiring_ || !has_replaced_workers()) return std::nullopt;
  return next_retirement_;
}

void Workforce::retire(Worker& worker, int signal, base::Duration patience, base::Instant now) {
  if (worker.is({Phase::aborting, Phase::killed})) return;
  if (worker.phase == Phase::booting) {
    // It has nothing to finish, and perhaps no handlers yet: of the signals that may come, TERM's default is the right
    // one.
    signal = SIGTERM;
    patience = std::min(patience, present_.options.quick_timeout);
  }
  worker.slot->heir.store(heir(), std::memory_order_relaxed);
  (void)base::sys::kill(worker.pid, signal);
  worker.phase = Phase::retiring;
  worker.kill_at = std::min(worker.kill_at.value_or(base::Instant::max()), now + patience + kTimeForLastWords);
}

metrics::Heir Workforce::heir() const {
  if (is_hiring_) return present_.target > 0 ? metrics::Heir::siblings : heir_of_dismissed_;
  return is_succeeded_ ? metrics::Heir::upgrade : metrics::Heir::nobody;
}

bool Workforce::is_anybody_serving() const {
  return table_.count([](Worker const& worker) { return worker.is_serving() && worker.was_ready; }) > 0;
}
int Workforce::count(Phase phase) const {
  return table_.count([&](Worker const& worker) { return worker.phase == phase; });
}
int Workforce::count_fresh() const {
  return table_.count([](Worker const& worker) { return worker.is_fresh(); });
}

}  // namespace arbiter
