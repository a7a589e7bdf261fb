// What the service manager hears of the server (Type=notify, notify-reload and WatchdogSec of systemd):
//   READY=1       all workers of the first configuration have loaded the application; a reload is over
//   RELOADING=1   a reload has begun
//   STOPPING=1    the end has begun, and there is no successor
//   MAINPID=N     a successor is the service from now on
//   WATCHDOG=1    at half the interval of the watchdog, while the arbiter's loop turns
// Nothing is said of a server whose predecessor still lives: that one is the service.
#pragma once

#include <optional>
#include <string>

#include "net/service_notifier.h"

namespace arbiter {

class ServiceReport {
 public:
  explicit ServiceReport(net::ServiceNotifier notifier) : notifier_(std::move(notifier)) {}

  // Each may be called again and again; what was said last is not said twice.
  void ready(int workers);
  void reloading(base::Instant now);
  void stopping();

  void handed_over_to(pid_t successor);
  void promoted(pid_t self);

  void beat(base::Instant now);
  std::optional<base::Instant> next_beat() const;

 private:
  enum class State { starting, ready, reloading, stopping };
  bool enter(State state);

  net::ServiceNotifier notifier_;
  State state_ = State::starting;
  base::Instant last_beat_{};
};

}  // namespace arbiter
