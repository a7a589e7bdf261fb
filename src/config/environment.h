// The environment variables that stand for settings: PORT, WEB_CONCURRENCY, FORWARDED_ALLOW_IPS, SENDFILE. They are the
// weakest source. GUNICORN_CMD_ARGS is not among them: it is a command line (config/arguments.h).
#pragma once

#include "base/result.h"
#include "config/layer.h"
#include "config/machine.h"

namespace config {

// PORT and WEB_CONCURRENCY count as unset when empty, which is how compose files and shells pass on what is not there.
base::Result<Layer> read_environment(Environment const&);

}  // namespace config
