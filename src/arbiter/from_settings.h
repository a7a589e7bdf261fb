// The arbiter's options, read off the settings.
#pragma once

#include "arbiter/options.h"
#include "base/result.h"
#include "config/settings.h"

namespace arbiter {

// The error says which bind address cannot be read.
base::Result<Options> options_from(config::Settings const&);

}  // namespace arbiter
