// The last duty of PID 1: processes that the application left behind, its grandchildren by now, are asked to go before
// the kernel kills them with us. A server that is not PID 1 leaves them to whoever is.
#pragma once

#include <optional>

#include "base/clock.h"

namespace arbiter {

class Leftovers {
 public:
  // Sends TERM to every other process, if this is PID 1.
  void begin(base::Instant now, base::Duration patience);
  // To be called after reaping; true when there are none left, or none that anything could be done about.
  bool are_gone(base::Instant now);
  std::optional<base::Instant> next_deadline() const { return deadline_; }

 private:
  std::optional<base::Instant> deadline_;
  bool were_killed_ = false;
};

}  // namespace arbiter
