#include "arbiter/upgrade.h"

#include "arbiter/forking.h"
#include "base/sys.h"

namespace arbiter {
namespace {

constexpr int kNotStarted = 127;  // as shells say it

}  // namespace

bool Upgrade::start(Listeners const& listeners, std::optional<int> init) {
  if (is_under_way()) return log_.info("USR2 signal ignored. Child exists."), false;
  auto const testator = base::sys::own_pid();
  auto ready = base::sys::pipe();
  if (!ready) return log_.error("USR2: cannot start a successor: {}", ready.error().message()), false;
  auto bequest = listeners.bequest();
  bequest.ready = ready->write_end.get();
  bequest.init = init;
  auto const pid = fork_with_default_signals(collaborators_, signals_);
  if (!pid) return log_.error("USR2: cannot start a successor: {}", pid.error().message()), false;
  if (*pid == 0) become_successor(bequest, testator);
  ready_ = std::move(ready->read_end);
  is_serving_ = false;
  successor_ = *pid;
  return true;
}

void Upgrade::tell() const {
  auto const testator = base::sys::own_pid();
  log_.info(
      "Started {} (pid:{}) as successor: {} to this process (pid:{}) completes the upgrade, "
      "TERM to the successor takes it back",
      collaborators_.launch.executable, *successor_, testator == 1 ? "QUIT" : "TERM", testator);
}

void Upgrade::become_successor(Bequest const& bequest, pid_t testator) {
  auto const& pre_exec = collaborators_.hooks.pre_exec;
  if (pre_exec && !pre_exec()) base::sys::exit_at_once(kNotStarted);
  log_.error("USR2: cannot start a successor: {}", execute(bequest, testator).message());
  base::sys::exit_at_once(kNotStarted);
}

base::Error Upgrade::execute(Bequest const& bequest, pid_t testator) const {
  auto const& launch = collaborators_.launch;
  for (int const descriptor : bequest.descriptors()) {
    if (auto const kept = base::sys::keep_on_exec(descriptor); !kept) return kept.error();
  }
  if (auto const there = base::sys::change_directory(launch.directory); !there) return there.error();
  auto const environment = environment_for(launch.environment, bequest, testator, base::sys::own_pid());
  return base::sys::execute(launch.executable, launch.words, environment);
}

bool Upgrade::is_serving() {
  char byte;
  if (!ready_) return is_serving_;
  auto const count = base::sys::read(ready_.get(), {&byte, 1});
  if (!count) return false;  // not yet
  is_serving_ = *count == 1;
  ready_.reset();
  return is_serving_;
}

bool Upgrade::account_for(pid_t pid, ExitStatus status) {
  if (pid != successor_) return false;
  successor_.reset();
  ready_.reset();
  log_.write(status.is_orderly() ? logging::Level::info : logging::Level::error,
             std::format("The successor (pid:{}) {}: this process goes on alone", pid, status.to_string()));
  return true;
}

}  // namespace arbiter
