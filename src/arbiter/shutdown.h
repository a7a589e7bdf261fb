// The end of the server, in stages that each have a deadline.
//
//   serving ──→ delayed ──→ graceful ──→ quick ──→ killing ──→ sweeping ──→ over
//       └──────────┴──────────────────────↗             ↑           ↑
//                               INT or QUIT hastens: ───┘           │
//                               all workers are gone: ──────────────┘
//
// Delayed (drain_delay): balancers that have been told of the end still send requests for a moment; they are served.
#pragma once

#include <optional>
#include <string>

#include "arbiter/enforcer.h"
#include "arbiter/leftovers.h"
#include "arbiter/workforce.h"
#include "log/log.h"

namespace arbiter {

class Shutdown {
 public:
  Shutdown(Workforce& workforce, Enforcer& enforcer, logging::Log& log)
      : workforce_(workforce), enforcer_(enforcer), log_(log) {}

  // TERM begins a graceful end, INT and QUIT a quick one; each of the latter hastens an end under way.
  void request(int signal, base::Instant now);
  // A successor serves on, and this process stays as its init: a graceful end that touches nobody but our workers.
  void hand_over(base::Instant now);
  // A worker could not boot.
  void request(BootFailure const& failure, base::Instant now);

  // To be called after every round of reaping. `waits` for somebody else's end too.
  void advance(base::Instant now, bool waits);
  std::optional<base::Instant> next_deadline() const;

  bool is_under_way() const { return stage_ != Stage::serving; }
  bool is_over() const { return stage_ == Stage::over; }
  bool is_handover() const { return is_handover_; }
  // Why, if it is not an ordinary end.
  std::optional<BootFailure> const& failure() const { return failure_; }

 private:
  enum class Stage { serving, delayed, graceful, quick, killing, sweeping, over };

  void begin_gracefully(base::Instant now);
  void begin(Stage stage, int signal, base::Duration patience, base::Instant now);
  void hasten(base::Instant now);

  Workforce& workforce_;
  Enforcer& enforcer_;
  logging::Log& log_;
  Stage stage_ = Stage::serving;
  bool is_handover_ = false;
  std::optional<BootFailure> failure_;
  base::Instant delayed_until_{};
  base::Instant give_up_at_{};  // on workers that not even SIGKILL ends (a hung disk)
  Leftovers leftovers_;
};

}  // namespace arbiter
