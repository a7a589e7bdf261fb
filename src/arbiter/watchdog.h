// Tells which workers are stuck: a request, the start of the application or the silence of an idle worker has lasted
// longer than `timeout`.
#pragma once

#include <optional>
#include <string>

#include "arbiter/process_table.h"
#include "base/clock.h"

namespace arbiter {

class Watchdog {
 public:
  // A machine that slept or a frozen container stops us and the workers alike: when we are woken later than planned by
  // more than this, nobody is judged by the time before.
  static constexpr base::Duration kOversleep = std::chrono::seconds(1);

  // To be told of every wake-up, and of when it was due at the latest (nothing: whenever something happens).
  void woken(base::Instant now, std::optional<base::Instant> due);

  // When `worker` will be stuck, unless it shows a sign of life until then. Not for a `timeout` of zero.
  base::Instant stuck_at(Worker const& worker, base::Duration timeout) const;

  // What it is stuck in, for the log: `"GET /slow HTTP/1.1" for 31.0 s`.
  static std::string describe(Worker const& worker, base::Instant now);

 private:
  base::Instant judged_from_{};
};

}  // namespace arbiter
