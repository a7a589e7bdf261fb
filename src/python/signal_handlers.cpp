#include "python/signal_handlers.h"

#include <signal.h>

#include <array>
#include <atomic>

#include "base/sys.h"
#include "python/api.h"
#include "python/raised.h"

namespace python {
namespace {

constexpr int kSignals = 65;  // the kernel's, counted from 1

using Handler = void (*)(int);

void (*tell_of)(int) = nullptr;
std::array<struct sigaction, kSignals> own{};
std::array<std::atomic<Handler>, kSignals> noting{};  // CPython's, where ours is in front of it

void note_and_tell(int number) {
  noting[static_cast<std::size_t>(number)].load()(number);
  tell_of(number);
}

bool is_signal(int number) {
  return number > 0 && number < kSignals;
}

bool is_function(struct sigaction const& action) {
  return !(action.sa_flags & SA_SIGINFO) && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

bool asks_for_end(Gil const& gil, Raised const& raised) {
  return raised.is(gil, PyExc_SystemExit) || raised.is(gil, PyExc_KeyboardInterrupt);
}

}  // namespace

void keep_own_handlers(void (*tell)(int number)) {
  tell_of = tell;
  for (int number = 1; number < kSignals; ++number) {
    if (auto const action = base::sys::signal_action(number)) own[static_cast<std::size_t>(number)] = *action;
  }
}

AfterHandlers run_signal_handlers(Gil const& gil, logging::Log& log) {
  auto after = AfterHandlers::go_on;
  while (PyErr_CheckSignals() < 0) {
    auto const raised = Raised::take(gil);
    if (asks_for_end(gil, raised)) {
      after = AfterHandlers::finish;
      continue;
    }
    Handling const handling(gil, raised);
    log.exception("Exception in a signal handler\n{}", raised.traceback(gil));
  }
  return after;
}

bool call_own_handler(int number) {
  if (!tell_of || !is_signal(number)) return false;
  auto const& action = own[static_cast<std::size_t>(number)];
  if (!is_function(action)) return false;
  action.sa_handler(number);
  return true;
}

void arrange_handler(int number, bool is_own) {
  if (!tell_of || !is_signal(number)) return;
  auto const index = static_cast<std::size_t>(number);
  if (is_own) return (void)base::sys::set_signal_action(number, own[index]);
  auto action = base::sys::signal_action(number);
  if (!action || !is_function(*action) || action->sa_handler == note_and_tell) return;
  noting[index] = action->sa_handler;
  action->sa_handler = note_and_tell;
  (void)base::sys::set_signal_action(number, *action);
}

}  // namespace python
