// Ends workers that do not end, or do not move, by themselves: SIGABRT to the stuck, so that they report their stacks,
// SIGKILL to all whose time is up.
#pragma once

#include <optional>

#include "arbiter/options.h"
#include "arbiter/process_table.h"
#include "arbiter/watchdog.h"
#include "log/log.h"

namespace arbiter {

class Enforcer {
 public:
  Enforcer(ProcessTable& table, logging::Log& log) : table_(table), log_(log) {}

  void woken(base::Instant now, std::optional<base::Instant> due) { watchdog_.woken(now, due); }
  void enforce(Options const& options, base::Instant now);
  // When there may be something to enforce.
  std::optional<base::Instant> next_deadline(Options const& options) const;
  // Ends all at once.
  void kill_all();

 private:
  // When a worker's time is up for whatever reason; nothing when it has all the time in the world.
  std::optional<base::Instant> deadline_of(Worker const& worker, Options const& options) const;
  void abort(Worker& worker, Options const& options, base::Instant now);
  void kill(Worker& worker);

  ProcessTable& table_;
  logging::Log& log_;
  Watchdog watchdog_;
};

}  // namespace arbiter
