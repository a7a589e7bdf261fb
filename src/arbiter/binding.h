// The first binding of a server: Gunicorn's five tries a second apart, for the port that a predecessor is about to
// free.
#pragma once

#include <functional>
#include <optional>

#include "arbiter/listeners.h"
#include "arbiter/options.h"
#include "log/log.h"

namespace arbiter {

// Nothing when it failed for good, which the log then explains, or when `pause` came back with false.
std::optional<Listeners> bind_patiently(Options const& options, Listeners const& passed, logging::Log& log,
                                        std::function<bool(base::Duration)> const& pause);

}  // namespace arbiter
