#include "arbiter/arbiter.h"

#include <signal.h>

#include <array>

#include "arbiter/binding.h"
#include "arbiter/signal_name.h"
#include "base/strings.h"
#include "base/sys.h"
#include "net/service_manager.h"

namespace arbiter {
namespace {

// "term"
std::string short_name(int signal) {
  return base::lower(signal_name(signal)).substr(3);
}

bool is_end(int signal) {
  return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT;
}

std::optional<base::Instant> earliest(std::initializer_list<std::optional<base::Instant>> deadlines) {
  std::optional<base::Instant> first;
  for (auto const& deadline : deadlines) {
    if (deadline && (!first || *deadline < *first)) first = deadline;
  }
  return first;
}

void ignore_broken_pipes() {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  (void)base::sys::set_signal_action(SIGPIPE, ignore);
}

// Where PID 1 is somebody else, orphans of our workers would be adopted by it, and some reap nothing (a shell, a
// `pause`). As their nearest subreaper we get them as PID 1 would, and they end up in no one's way.
void adopt_orphans() {
  if (base::sys::own_pid() != 1) (void)base::sys::become_subreaper();
}

}  // namespace

base::Result<std::unique_ptr<Arbiter>> Arbiter::create(Options options, Collaborators collaborators, logging::Log& log,
                                                       metrics::SlotTable& slots) {
  auto doorbell = TRY(metrics::Doorbell::create());
  auto signals = TRY(net::SignalSource::create(
      {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD}));
  return std::unique_ptr<Arbiter>(
      new Arbiter(std::move(options), std::move(collaborators), log, slots, std::move(doorbell), std::move(signals)));
}

Arbiter::Arbiter(Options options, Collaborators collaborators, logging::Log& log, metrics::SlotTable& slots,
                 metrics::Doorbell doorbell, net::SignalSource signals)
    : initial_options_(std::move(options)),
      collaborators_(std::move(collaborators)),
      log_(log),
      doorbell_(std::move(doorbell)),
      signals_(std::move(signals)),
      spawner_(collaborators_, log_, slots, doorbell_, signals_),
      workforce_(spawner_, collaborators_, log_),
      enforcer_(workforce_.table(), log_),
      shutdown_(workforce_, enforcer_, log_) {}

int Arbiter::run() {
  if (auto const status = start()) return *status;
  for (step(); !shutdown_.is_over(); step()) wait();
  return finish();
}

std::optional<int> Arbiter::start() {
  ignore_broken_pipes();
  adopt_orphans();
  auto const& hooks = collaborators_.hooks;
  if (hooks.nworkers_changed) hooks.nworkers_changed(initial_options_.workers, std::nullopt);
  log_.info("Starting monoceros {}", MONOCEROS_VERSION);
  if (!initial_options_.pidfile.empty()) {
    auto pidfile = Pidfile::create(initial_options_.pidfile, base::sys::own_pid());
    if (!pidfile) {
      log_.error("{}", pidfile.error().message());
      return 1;
    }
    pidfile_ = std::move(*pidfile);
  }
  if (hooks.on_starting) hooks.on_starting();

  auto listeners = bind();
  if (!listeners) {
    if (pidfile_) pidfile_->remove();
    return shutdown_.is_under_way() ? 0 : 1;
  }
  log_.info("Listening at: {} ({})", listeners->to_string(initial_options_), base::sys::own_pid());
  log_.info("Using worker: {}", initial_options_.worker_class);
  workforce_.start(initial_options_, std::move(*listeners));
  if (hooks.when_ready) hooks.when_ready();
  return std::nullopt;
}

std::optional<Listeners> Arbiter::bind() {
  auto passed = net::take_passed_listeners(base::sys::own_pid(), initial_options_.backlog);
  if (!passed) {
    log_.error("{}", passed.error().message());
    return std::nullopt;
  }
  return bind_patiently(initial_options_, Listeners::adopt(std::move(*passed)), log_,
                        [this](base::Duration duration) { return pause(duration); });
}

// Waits, unless it is told to stop.
bool Arbiter::pause(base::Duration duration) {
  auto const end = base::now() + duration;
  for (auto now = base::now(); now < end; now = base::now()) {
    pollfd asked{.fd = signals_->descriptor(), .events = POLLIN, .revents = 0};
    (void)base::sys::poll({&asked, 1}, end - now);
    while (auto const signal = signals_->next()) {
      if (is_end(*signal)) handle(*signal, now);
    }
    if (shutdown_.is_under_way()) return false;
  }
  return true;
}

// What happened since the last wait: who announced what; our orders, before the deaths, so that no worker is started
// for one that died of the same TERM as we do; whose time is up. Then what has to be done about it.
void Arbiter::step() {
  auto const now = base::now();
  enforcer_.woken(now, due_);
  doorbell_.answer();
  workforce_.observe();
  while (auto const signal = signals_->next()) handle(*signal, now);
  for (auto const& death : reap(workforce_.table(), log_)) {
    if (auto const failure = workforce_.account_for(death, now)) shutdown_.request(*failure, now);
  }
  enforcer_.enforce(options(), now);
  workforce_.reconcile(now);
  shutdown_.advance(now);
}

void Arbiter::wait() {
  due_ = next_deadline();
  std::array asked = {pollfd{.fd = signals_->descriptor(), .events = POLLIN, .revents = 0},
                      pollfd{.fd = doorbell_.descriptor(), .events = POLLIN, .revents = 0}};
  auto const limit = due_ ? std::optional(*due_ - base::now()) : std::nullopt;
  auto const poll = [&] { (void)base::sys::poll(asked, limit); };
  if (collaborators_.while_waiting)
    collaborators_.while_waiting(poll);
  else
    poll();
}

std::optional<base::Instant> Arbiter::next_deadline() const {
  return earliest({enforcer_.next_deadline(options()), workforce_.next_start(), shutdown_.next_deadline()});
}

void Arbiter::handle(int signal, base::Instant now) {
  if (signal == SIGCHLD) return;
  // Terminals send WINCH with every resize.
  log_.write(signal == SIGWINCH ? logging::Level::debug : logging::Level::info,
             "Handling signal: " + short_name(signal));
  if (is_end(signal)) return shutdown_.request(signal, now);
  if (shutdown_.is_under_way()) return;
  switch (signal) {
    case SIGHUP:
      return reload();
    case SIGTTIN:
      return workforce_.change_target(+1);
    case SIGTTOU:
      return workforce_.change_target(-1);
    case SIGUSR1:
      return reopen_logs();
    case SIGUSR2:
      return log_.warning("USR2: not yet: this version cannot hand over to a new binary while it runs");
    case SIGWINCH:
      return dismiss_workers();
    default:
      return;
  }
}

void Arbiter::reload() {
  log_.info("Hang up: Master");
  auto const refuse = [&](std::string const& why) { log_.error("Reload failed, nothing was changed: {}", why); };
  auto options = collaborators_.reload ? collaborators_.reload() : base::Result<Options>(this->options());
  if (!options) return refuse(options.error().message());
  auto listeners = workforce_.open_listeners(*options);
  if (!listeners) return refuse(listeners.error().to_string());

  if (collaborators_.in_force) collaborators_.in_force(*options);
  auto const& hooks = collaborators_.hooks;
  if (hooks.nworkers_changed) hooks.nworkers_changed(options->workers, workforce_.present().target);
  if (hooks.on_reload) hooks.on_reload();
  take_over_pidfile(options->pidfile);
  workforce_.replace(std::move(*options), std::move(*listeners));
}

void Arbiter::take_over_pidfile(std::string const& path) {
  if (pidfile_ ? pidfile_->path() == path : path.empty()) return;
  if (pidfile_) pidfile_->remove();
  pidfile_.reset();
  if (path.empty()) return;
  auto created = Pidfile::create(path, base::sys::own_pid());
  if (created) {
    pidfile_ = std::move(*created);
  } else {
    log_.error("{}", created.error().message());
  }
}

void Arbiter::reopen_logs() {
  if (auto const reopened = log_.reopen(); !reopened) log_.error("{}", reopened.error().message());
  if (collaborators_.reopen_logs) collaborators_.reopen_logs();
  for (auto& worker : workforce_.table()) {
    // One without a handler yet would die of it.
    worker.owes_reopen = worker.phase == Phase::booting;
    if (!worker.owes_reopen) (void)base::sys::kill(worker.pid, SIGUSR1);
  }
}

void Arbiter::dismiss_workers() {
  if (!options().is_daemon) return log_.debug("SIGWINCH ignored. Not daemonized");
  log_.info("graceful stop of workers");
  workforce_.dismiss_all();
}

int Arbiter::finish() {
  auto const& failure = shutdown_.failure();
  log_.info("Shutting down: Master");
  if (failure) log_.error("Reason: {}", failure->reason);
  if (pidfile_) pidfile_->remove();
  if (collaborators_.hooks.on_exit) collaborators_.hooks.on_exit();
  return failure ? failure->status : 0;
}

}  // namespace arbiter
