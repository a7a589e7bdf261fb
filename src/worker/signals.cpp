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
std::atomic<bool> serves = false;
pid_t worker = 0;
pid_t arbiter = 0;

void ring() {
  std::uint64_t const one = 1;
  for (auto const& wake : wakes) (void)!::write(wake, &one, sizeof one);
}

// A child that the application forked has our handlers but is no worker: there a signal does what it always did.
void act_as_usual(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void end_before_serving(int number) {
  if (number == SIGINT || number == SIGQUIT) ::_exit(0);
  act_as_usual(number);
}

void heed(int number) {
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
  ring();
}

void on_signal(int number) {
  int const saved = errno;
  if (::getpid() != worker)
    act_as_usual(number);
  else if (!serves && number != SIGUSR1)
    end_before_serving(number);
  else
    heed(number);
  errno = saved;
}

}  // namespace

base::Result<void> Signals::install() {
  worker = ::getpid();
  arbiter = ::getppid();
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
  return {};
}

Signals& Signals::serve(int wake_first, int wake_second) {
  wakes[0] = wake_first;
  wakes[1] = wake_second;
  serves = true;
  return signals;
}

void Signals::note_python(int number) {
  if (::getpid() != worker) return;
  int const saved = errno;
  signals.python = true;
  // The kernel's word that the arbiter has died is not for the application to overhear.
  if (number == SIGTERM && ::getppid() != arbiter) signals.graceful = true;
  ring();
  errno = saved;
}

void Signals::finish() {
  signals.graceful = true;
  ring();
}

void Signals::ring_no_more() {
  for (auto& wake : wakes) wake = -1;
}

}  // namespace worker
