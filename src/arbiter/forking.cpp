#include "arbiter/forking.h"

#include "base/sys.h"

namespace arbiter {

base::Result<pid_t> fork_with_default_signals(Collaborators const& collaborators,
                                              std::optional<net::SignalSource>& signals) {
  net::SignalsBlocked const blocked;
  auto const pid = TRY(collaborators.fork_process ? collaborators.fork_process() : base::sys::fork());
  if (pid == 0) signals.reset();
  return pid;
}

}  // namespace arbiter
