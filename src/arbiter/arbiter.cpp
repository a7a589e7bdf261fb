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

constexpr char const* kSuccessorSuffix = ".2";
constexpr int kSuccessorFailed = 1;

bool is_first_process() {
  return base::sys::own_pid() == 1;
}

void ignore_broken_pipes() {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  (void)base::sys::set_signal_action(SIGPIPE, ignore);
}

// Where PID 1 is somebody else, orphans of our workers would be adopted by it, and some reap nothing (a shell, a
// `pause`). As their nearest subreaper we get them as PID 1 would, and they end up in no one's way.
void adopt_orphans() {
  if (!is_first_process()) (void)base::sys::become_subreaper();
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
      spawner_(collaborators_, log_, slots, doorbell_, signals_, [this] { let_go_of_others(); }),
      workforce_(spawner_, collaborators_, log_),
      enforcer_(workforce_.table(), log_),
      shutdown_(workforce_, enforcer_, log_),
      report_(net::ServiceNotifier::from_environment(base::sys::own_pid())),
      upgrade_(collaborators_, log_, signals_) {}

int Arbiter::run() {
  int const status = serve();
  signals_->fall_silent();
  return status;
}

int Arbiter::serve() {
  if (auto const status = start()) return *status;
  for (step(); !shutdown_.is_over(); step()) wait();
  return finish();
}

std::optional<int> Arbiter::start() {
  ignore_broken_pipes();
  adopt_orphans();
  take_up_inheritance();
  auto const& hooks = collaborators_.hooks;
  if (hooks.nworkers_changed) hooks.nworkers_changed(initial_options_.workers, std::nullopt);
  log_.info("Starting monoceros {}", MONOCEROS_VERSION);
  if (!create_pidfile()) return 1;
  if (hooks.on_starting && !hooks.on_starting()) return leave_nothing(1);

  auto listeners = bind();
  if (!listeners) return leave_nothing(shutdown_.is_under_way() ? 0 : 1);
  log_.info("Listening at: {} ({})", listeners->to_string(initial_options_), base::sys::own_pid());
  log_.info("Using worker: {}", initial_options_.worker_class);
  if (collaborators_.bound) collaborators_.bound();
  workforce_.start(initial_options_, std::move(*listeners));
  if (hooks.when_ready && !hooks.when_ready()) return leave_nothing(1);
  return std::nullopt;
}

// Before there are workers.
int Arbiter::leave_nothing(int status) {
  workforce_.remove_socket_paths();
  if (pidfile_) pidfile_->remove();
  return status;
}

void Arbiter::take_up_inheritance() {
  auto const& inheritance = collaborators_.launch.inheritance;
  if (inheritance.ready) {
    line_to_predecessor_.reset(*inheritance.ready);
    (void)base::sys::set_close_on_exec(*inheritance.ready);
  }
  if (inheritance.init) link_to_init_.emplace(*inheritance.init);
  if (!inheritance.is_shared()) return;
  predecessor_ = inheritance.predecessor;
  (void)base::sys::die_with_parent(SIGCHLD);  // wakes us; what it means is found out by looking
  if (collaborators_.rename) collaborators_.rename(kSuccessorSuffix);
}

std::string Arbiter::pidfile_path(Options const& options) const {
  bool const needs_suffix = predecessor_ && !options.pidfile.empty();
  return options.pidfile + (needs_suffix ? kSuccessorSuffix : "");
}

bool Arbiter::create_pidfile() {
  if (initial_options_.pidfile.empty()) return true;
  auto pidfile = Pidfile::create(pidfile_path(initial_options_), base::sys::own_pid());
  if (!pidfile) {
    log_.error("{}", pidfile.error().message());
    return false;
  }
  pidfile_ = std::move(*pidfile);
  return true;
}

base::Result<Listeners> Arbiter::sockets_we_got() {
  auto listeners = Listeners::adopt(TRY(net::take_passed_listeners(base::sys::own_pid(), initial_options_.backlog)));
  TRY_VOID(listeners.inherit(collaborators_.launch.inheritance.sockets, initial_options_));
  if (!predecessor_) listeners.own_paths();
  return listeners;
}

std::optional<Listeners> Arbiter::bind() {
  auto const got = sockets_we_got();
  if (!got) {
    log_.error("{}", got.error().message());
    return std::nullopt;
  }
  return bind_patiently(initial_options_, *got, log_, [this](base::Duration duration) { return pause(duration); });
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
  if (is_to_be_promoted()) promote();
  if (pending_end_ && upgrade_.is_serving()) end(*pending_end_, now);
  while (auto const signal = signals_->next()) handle(*signal, now);
  auto const is_known = [this](pid_t pid, ExitStatus status) { return is_successor(pid, status); };
  for (auto const& death : reap(workforce_.table(), is_known, log_)) account_for(death, now);
  enforcer_.enforce(options(), now);
  workforce_.reconcile(now);
  workforce_.release_listeners(!predecessor_ && !upgrade_.is_under_way());
  report_state(now);
  shutdown_.advance(now, is_first_process() && upgrade_.is_under_way() && !shutdown_.is_handover());
}

void Arbiter::account_for(Death const& death, base::Instant now) {
  bool const was_reloading = workforce_.is_reloading();
  auto const failure = workforce_.account_for(death, now);
  bool const was_abandoned = was_reloading && !workforce_.is_reloading();
  if (was_abandoned) take_over_pidfile(pidfile_path(options()));
  if (!failure) return;
  if (upgrade_.is_under_way()) workforce_.leave_sockets_to_successor();
  shutdown_.request(*failure, now);
}

void Arbiter::wait() {
  due_ = next_deadline();
  bool const awaits_promotion = predecessor_ && link_to_init_;
  bool const awaits_successor = pending_end_ && upgrade_.is_under_way();
  std::array asked = {
      pollfd{.fd = awaits_successor ? upgrade_.descriptor() : -1, .events = POLLIN, .revents = 0},
      pollfd{.fd = signals_->descriptor(), .events = POLLIN, .revents = 0},
      pollfd{.fd = doorbell_.descriptor(), .events = POLLIN, .revents = 0},
      pollfd{.fd = awaits_promotion ? link_to_init_->descriptor() : -1, .events = POLLIN, .revents = 0}};
  auto const limit = due_ ? std::optional(*due_ - base::now()) : std::nullopt;
  auto const poll = [&] { (void)base::sys::poll(asked, limit); };
  if (collaborators_.while_waiting)
    collaborators_.while_waiting(poll);
  else
    poll();
}

std::optional<base::Instant> Arbiter::next_deadline() const {
  return earliest({enforcer_.next_deadline(options()), workforce_.next_start(), workforce_.next_retirement(),
                   shutdown_.next_deadline(), predecessor_ ? std::nullopt : report_.next_beat()});
}

void Arbiter::handle(int signal, base::Instant now) {
  if (signal == SIGCHLD) return;
  // Terminals send WINCH with every resize.
  log_.write(signal == SIGWINCH ? logging::Level::debug : logging::Level::info,
             "Handling signal: " + short_name(signal));
  if (is_end(signal)) return end(signal, now);
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
      return upgrade();
    case SIGWINCH:
      return dismiss_workers();
    default:
      return;
  }
}

// Whoever sends USR2 and, a moment later, the signal that completes the upgrade, does not know whether the successor
// comes up. A second signal is obeyed at once.
bool Arbiter::waits_for_successor(int signal) {
  bool const completes = signal == (is_first_process() ? SIGQUIT : SIGTERM);
  if (!completes || pending_end_ || shutdown_.is_under_way()) return false;
  if (!upgrade_.is_under_way() || upgrade_.is_serving()) return false;
  log_.info("Waiting for the successor (pid:{}) to serve; another {} does not wait", upgrade_.successor(),
            signal_name(signal));
  pending_end_ = signal;
  return true;
}

// As PID 1 we cannot leave a successor alone: see Guardian.
void Arbiter::end(int signal, base::Instant now) {
  if (waits_for_successor(signal)) return;
  pending_end_.reset();
  bool const hands_over = signal == SIGQUIT && is_first_process() && !shutdown_.is_under_way();
  if (upgrade_.is_under_way()) {
    if (hands_over || !is_first_process()) {
      workforce_.leave_sockets_to_successor();
    } else {
      (void)base::sys::kill(upgrade_.successor(), signal);
    }
    if (hands_over) return shutdown_.hand_over(now);
  }
  shutdown_.request(signal, now);
}

void Arbiter::upgrade() {
  if (predecessor_) return log_.info("USR2 signal ignored. Parent exists.");
  if (collaborators_.launch.executable.empty()) return log_.error("USR2 signal ignored. No program to start is known");
  if (is_first_process() && !guardian_) {
    auto guardian = Guardian::create();
    if (!guardian) return log_.error("USR2: cannot start a successor: {}", guardian.error().message());
    guardian_.emplace(std::move(*guardian));
  }
  std::optional<int> init;
  if (guardian_) init = guardian_->heirs_end();
  if (link_to_init_) init = link_to_init_->descriptor();
  if (!upgrade_.start(workforce_.present().listeners, init)) return;
  if (link_to_init_) link_to_init_->announce(upgrade_.successor());
  upgrade_.tell();
}

bool Arbiter::is_successor(pid_t pid, ExitStatus status) {
  if (!upgrade_.account_for(pid, status)) return false;
  if (link_to_init_) link_to_init_->retract();
  if (auto const signal = std::exchange(pending_end_, std::nullopt)) {
    // One that ended in good order was told to, and so were we.
    if (status.is_orderly()) return end(*signal, base::now()), true;
    log_.error("The upgrade has failed: {} is not obeyed", signal_name(*signal));
  }
  if (dismissed_for_upgrade_ && !shutdown_.is_under_way()) {
    log_.info("Nobody serves any more: starting workers again");
    workforce_.recall();
  }
  dismissed_for_upgrade_ = false;
  guardian_.reset();
  return true;
}

bool Arbiter::is_to_be_promoted() {
  if (!predecessor_) return false;
  return base::sys::parent_pid() != *predecessor_ || (link_to_init_ && link_to_init_->is_promoted());
}

void Arbiter::promote() {
  auto const predecessor = *std::exchange(predecessor_, std::nullopt);
  if (pidfile_ && !options().pidfile.empty()) {
    if (auto const moved = pidfile_->move(options().pidfile, predecessor); !moved)
      log_.error("{}", moved.error().message());
  }
  workforce_.own_socket_paths();
  if (collaborators_.rename) collaborators_.rename("");
  report_.promoted(base::sys::own_pid());
  log_.info("Master has been promoted.");
}

// In a worker. Whatever it holds of them would live as long as it does, and clients would wait in sockets that nobody
// serves.
void Arbiter::let_go_of_others() {
  workforce_.let_go_of_previous();
  upgrade_.let_go();
  guardian_.reset();
  link_to_init_.reset();
  line_to_predecessor_.reset();
}

// That we serve.
void Arbiter::tell_predecessor() {
  if (line_to_predecessor_) (void)base::sys::write_all(line_to_predecessor_.get(), "1");
  line_to_predecessor_.reset();
}

void Arbiter::report_state(base::Instant now) {
  if (!was_announced_ && workforce_.was_complete()) {
    was_announced_ = true;
    tell_predecessor();
    if (collaborators_.serving) collaborators_.serving();
  }
  if (predecessor_) return;
  if (shutdown_.is_under_way()) {
    if (upgrade_.is_under_way() && !is_first_process())
      report_.handed_over_to(upgrade_.successor());
    else
      report_.stopping();
  } else if (workforce_.is_reloading()) {
    report_.reloading(now);
  } else if (workforce_.was_complete()) {
    report_.ready(workforce_.present().target);
  }
  report_.beat(now);
}

void Arbiter::reload() {
  log_.info("Hang up: {}", name());
  if (!predecessor_) report_.reloading(base::now());
  dismissed_for_upgrade_ = false;
  auto const refuse = [&](std::string const& why) {
    log_.error("Reload failed, nothing was changed: {}", base::trim(why));
  };
  auto options = collaborators_.reload ? collaborators_.reload() : base::Result<Options>(this->options());
  if (!options) return refuse(options.error().message());
  auto listeners = workforce_.open_listeners(*options);
  if (!listeners) return refuse(listeners.error().to_string());

  if (collaborators_.in_force) collaborators_.in_force(*options);
  auto const& hooks = collaborators_.hooks;
  if (hooks.nworkers_changed) hooks.nworkers_changed(options->workers, workforce_.present().target);
  if (hooks.on_reload) hooks.on_reload();
  take_over_pidfile(pidfile_path(*options));
  workforce_.replace(std::move(*options), std::move(*listeners));
}

void Arbiter::take_over_pidfile(std::string const& path) {
  if (pidfile_ && pidfile_->path() == path && pidfile_->is_in_place()) return;
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
  if (!options().is_daemon && !upgrade_.is_under_way()) return log_.debug("SIGWINCH ignored. Not daemonized");
  dismissed_for_upgrade_ = upgrade_.is_under_way();
  log_.info("graceful stop of workers");
  workforce_.dismiss_all(upgrade_.is_under_way() ? metrics::Heir::upgrade : metrics::Heir::nobody);
}

int Arbiter::finish() {
  auto const& failure = shutdown_.failure();
  log_.info("Shutting down: {}", name());
  if (failure) log_.error("Reason: {}", failure->reason);
  if (pidfile_) pidfile_->remove();
  if (collaborators_.hooks.on_exit) collaborators_.hooks.on_exit();
  if (shutdown_.is_handover()) return stay_as_init();
  return failure ? failure->status : 0;
}

int Arbiter::stay_as_init() {
  if (!upgrade_.is_under_way()) return kSuccessorFailed;
  log_.info("Handed over to pid {}; this process stays as its init", upgrade_.successor());
  guardian_->promote_heir();
  return guardian_->watch(upgrade_.successor(), *signals_, collaborators_, log_);
}

}  // namespace arbiter
