// Collects every child that ended, as PID 1 must: our workers by pid, and whatever was orphaned into our care, which
// concerns nobody further, whatever its exit status.
#pragma once

#include <functional>
#include <vector>

#include "arbiter/exit_status.h"
#include "arbiter/process_table.h"
#include "log/log.h"

namespace arbiter {

struct Death {
  Worker worker;
  ExitStatus status;
};

// Takes the workers that ended out of `table`; never waits. `is_known` is asked about the others.
std::vector<Death> reap(ProcessTable& table, std::function<bool(pid_t, ExitStatus)> const& is_known, logging::Log& log);

}  // namespace arbiter
