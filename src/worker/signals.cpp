#include "worker/signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>

#include "base/sys.h"

namespace worker {
namespace {

Signals signals;
int wakes[2] = {-1, -1};

void on_signal(int number) {
  int const saved = errno;
  switch (number) {
    case SIGTERM:
      signals.graceful = true;
      break;
    case SIGINT:
    case SIGQUIT:
      signals.quick = true;
      break;
    case SIGUSR1:
      signals.reopen_logs = true;
      break;
    case SIGABRT:
      signals.stuck = true;
      break;
    default:
      break;
  }
  std::uint64_t const one = 1;
  for (int const wake : wakes) (void)!::write(wake, &one, sizeof one);
  errno = saved;
}

}  // namespace

base::Result<Signals*> Signals::install(int wake_first, int wake_second) {
  wakes[0] = wake_first;
  wakes[1] = wake_second;
  struct sigaction action{};
  action.sa_flags = SA_RESTART;
  for (int const number : {SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGABRT}) {
    action.sa_handler = on_signal;
    TRY_VOID(base::sys::set_signal_action(number, action));
  }
  for (int const number : {SIGHUP, SIGUSR2, SIGWINCH, SIGTTIN, SIGTTOU}) {
    action.sa_handler = SIG_IGN;
    TRY_VOID(base::sys::set_signal_action(number, action));
  }
  return &signals;
}

}  // namespace worker
