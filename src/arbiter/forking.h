// The fork of the arbiter, for workers and successors alike.
#pragma once

#include <optional>

#include "arbiter/collaborators.h"
#include "net/signal_source.h"

namespace arbiter {

// In the child, `signals` are gone and every signal does what it did before the arbiter started. They are held back
// until then: one that comes in between ends the child.
base::Result<pid_t> fork_with_default_signals(Collaborators const& collaborators,
                                              std::optional<net::SignalSource>& signals);

}  // namespace arbiter
