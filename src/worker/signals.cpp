#include "worker/signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>

#include "base/sys.h"

namespace worker {
namespace {

Signals signals;
std::atomic<int> wakes[2] = {-1, -1};
pid_t worker = 0;

// A child that the application forked has our handlers but is no worker: there a signal does what it always did.
void act_as_usual(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void on_signal(int number) {
  int const saved = errno;
  if (::getpid() != worker) return act_as_usual(number);
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
  for (auto const& wake : wakes) (void)!::write(wake, &one, sizeof one);
  errno = saved;
}

}  // namespace

base::Result<Signals*> Signals::install(int wake_first, int wake_second) {
  wakes[0] = wake_first;
  wakes[1] = wake_second;
  worker = ::getpid();
  struct sigaction action{};
  action.sa_flags = SA_RESTART;
  for (int const number : {SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGABRT}) {
    action.sa_handler = on_signal;
    TRY_VOID(base::sys::set_signal_action(number, action));
  }
  // A handler, because what is ignored stays ignored in programs that the application executes.
  for (int const number : {SIGHUP, SIGUSR2, SIGWINCH, SIGTTIN, SIGTTOU}) {
    action.sa_handler = [](int ignored) {
      if (::getpid() != worker) act_as_usual(ignored);
    };
    TRY_VOID(base::sys::set_signal_action(number, action));
  }
  return &signals;
}

void Signals::ring_no_more() {
  for (auto& wake : wakes) wake = -1;
}

}  // namespace worker
