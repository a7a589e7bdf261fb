#include "arbiter/service_report.h"

#include <format>

namespace arbiter {

bool ServiceReport::enter(State state) {
  if (!notifier_.is_heard() || state_ == state) return false;
  state_ = state;
  return true;
}

void ServiceReport::ready(int workers) {
  if (enter(State::ready)) notifier_.send(std::format("READY=1\nSTATUS=Serving, workers: {}", workers));
}

void ServiceReport::reloading(base::Instant now) {
  if (!enter(State::reloading)) return;
  auto const usec = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  notifier_.send(std::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reloading", usec));
}

void ServiceReport::stopping() {
  if (enter(State::stopping)) notifier_.send("STOPPING=1\nSTATUS=Stopping");
}

void ServiceReport::handed_over_to(pid_t successor) {
  if (enter(State::stopping)) notifier_.send(std::format("MAINPID={}\nSTATUS=Handed over", successor));
}

void ServiceReport::promoted(pid_t self) {
  notifier_.send(std::format("MAINPID={}", self));
}

void ServiceReport::beat(base::Instant now) {
  auto const next = next_beat();
  if (!next || now < *next) return;
  notifier_.send("WATCHDOG=1");
  last_beat_ = now;
}

std::optional<base::Instant> ServiceReport::next_beat() const {
  if (auto const interval = notifier_.watchdog_interval()) return last_beat_ + *interval;
  return std::nullopt;
}

}  // namespace arbiter
