// Tells the service manager that started us how we are, as sd_notify(3) does: datagrams to the socket that
// NOTIFY_SOCKET names, by a path or, with a leading '@', by an abstract name. Without that variable it says nothing.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fd.h"

namespace net {

class ServiceNotifier {
 public:
  // For process `self`, by the variables NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which stay.
  static ServiceNotifier from_environment(pid_t self);

  bool is_heard() const { return bool(socket_); }

  // "READY=1\nSTATUS=..."; never waits. False when nobody took it.
  bool send(std::string_view state) const;

  // How often the manager wants to hear WATCHDOG=1: half of what makes it lose patience.
  std::optional<base::Duration> watchdog_interval() const { return watchdog_interval_; }

 private:
  base::Fd socket_;
  std::string address_;  // without '@', which is a zero byte here
  std::optional<base::Duration> watchdog_interval_;
};

}  // namespace net
