#include "arbiter/upgrade.h"

#include "arbiter/forking.h"
#include "base/sys.h"

namespace arbiter {
namespace {

constexpr int kNotStarted = 127;  // as shells say it

}  // namespace

void Upgrade::start(Listeners const& listeners, std::optional<int> init) {
  if (is_under_way()) return log_.info("USR2 signal ignored. Child exists.");
  auto const testator = base::sys::own_pid();
  auto const pid = fork_with_default_signals(collaborators_, signals_);
  if (!pid) return log_.error("USR2: cannot start a successor: {}", pid.error().message());
  if (*pid == 0) become_successor(listeners, init, testator);
  successor_ = *pid;
  log_.info(
      "Started {} (pid:{}) as successor: TERM to this process (pid:{}) leaves it alone, TERM to the successor "
      "takes it back",
      collaborators_.launch.executable, *pid, testator);
}

void Upgrade::become_successor(Listeners const& listeners, std::optional<int> init, pid_t testator) {
  auto const& pre_exec = collaborators_.hooks.pre_exec;
  if (pre_exec && !pre_exec()) base::sys::exit_at_once(kNotStarted);
  auto bequest = listeners.bequest();
  bequest.init = init;
  log_.error("USR2: cannot start a successor: {}", execute(bequest, testator).message());
  base::sys::exit_at_once(kNotStarted);
}

base::Error Upgrade::execute(Bequest const& bequest, pid_t testator) const {
  auto const& launch = collaborators_.launch;
  for (auto const* descriptors : {&bequest.passed, &bequest.sockets}) {
    for (int const descriptor : *descriptors) {
      if (auto const kept = base::sys::keep_on_exec(descriptor); !kept) return kept.error();
    }
  }
  if (bequest.init) {
    if (auto const kept = base::sys::keep_on_exec(*bequest.init); !kept) return kept.error();
  }
  if (auto const there = base::sys::change_directory(launch.directory); !there) return there.error();
  auto const environment = environment_for(launch.environment, bequest, testator, base::sys::own_pid());
  return base::sys::execute(launch.executable, launch.words, environment);
}

bool Upgrade::account_for(pid_t pid, ExitStatus status) {
  if (pid != successor_) return false;
  successor_.reset();
  bool const was_in_order = status.is_code(0);
  log_.write(was_in_order ? logging::Level::info : logging::Level::error,
             std::format("The successor (pid:{}) {}: this process goes on alone", pid, status.to_string()));
  return true;
}

}  // namespace arbiter
