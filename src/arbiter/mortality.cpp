#include "arbiter/mortality.h"

#include <signal.h>
#include <unistd.h>

#include <initializer_list>

#include "arbiter/exit_status.h"
#include "base/sys.h"

namespace arbiter {
namespace {

// The default is in place again by now, and ends all but PID 1: a process that was forked and knows nothing of us.
void end(int signal) {
  ::raise(signal);
  ::_exit(kSignalBase + signal);
}

struct sigaction default_action() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  return action;
}

// Puts `action` in the place of `handler`, and of no other. Whether it did.
bool replace(int signal, void (*handler)(int), struct sigaction const& action) {
  auto const previous = base::sys::set_signal_action(signal, action);
  if (!previous) return false;
  if (previous->sa_handler == handler) return true;
  (void)base::sys::set_signal_action(signal, *previous);
  return false;
}

}  // namespace

Mortality::Mortality() {
  if (base::sys::own_pid() != 1) return;
  struct sigaction action{};
  action.sa_handler = end;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (int const signal : {SIGTERM, SIGINT, SIGQUIT}) {
    if (replace(signal, SIG_DFL, action)) signals_.push_back(signal);
  }
}

Mortality::~Mortality() {
  for (int const signal : signals_) replace(signal, end, default_action());
}

}  // namespace arbiter
