// The supervisor: owns the listeners, starts and watches workers, answers signals, and as PID 1 is a proper init.
//
// One thread that waits for signals, rings of workers and the next deadline, and for nothing else: it wakes when there
// is something to do and never blocks in between (but for what hooks do).
#pragma once

#include <memory>

#include "arbiter/collaborators.h"
#include "arbiter/options.h"
#include "log/log.h"
#include "metrics/slot_table.h"

namespace arbiter {

class Arbiter {
 public:
  // `log` and `slots` outlive it.
  Arbiter(Options options, Collaborators collaborators, logging::Log& log, metrics::SlotTable& slots);
  ~Arbiter();

  // Serves until a signal or a worker that cannot boot ends it; the result is the exit status of the process.
  int run();

 private:
  class Supervision;
  std::unique_ptr<Supervision> supervision_;
};

}  // namespace arbiter
