// What the log says of a worker that ended, in Gunicorn's words, and whether it was a failure to boot.
#pragma once

#include "arbiter/reaper.h"
#include "log/log.h"

namespace arbiter {

void report(Death const& death, logging::Log& log);

// kBootError or kAppLoadError of a worker that gave up before it served; 0 for any other end.
int boot_failure_of(Death const& death);

}  // namespace arbiter
