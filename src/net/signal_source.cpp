#include "net/signal_source.h"

#include <errno.h>
#include <unistd.h>

#include <atomic>

namespace net {
namespace {

// A handler gets no context but these. Set before the first handler is installed.
std::atomic<int> pipe_of_handler = -1;
std::atomic<pid_t> owner_of_handler = 0;

void step_aside(int signal) {
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(signal, &by_default, nullptr);
  ::raise(signal);  // delivered when this handler returns
}

// Only calls that signal-safety(7) allows, hence not through base::sys.
void handle(int signal) {
  int const saved_errno = errno;
  if (::getpid() == owner_of_handler.load()) {
    auto const byte = static_cast<unsigned char>(signal);
    // A pipe full of unread signals says enough.
    [[maybe_unused]] auto const written = ::write(pipe_of_handler.load(), &byte, 1);
  } else {
    step_aside(signal);
  }
  errno = saved_errno;
}

}  // namespace

base::Result<SignalSource> SignalSource::create(std::initializer_list<int> signals) {
  SignalSource source(TRY(base::sys::pipe()));
  pipe_of_handler = source.pipe_.write_end.get();
  owner_of_handler = base::sys::own_pid();

  struct sigaction action{};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
  ::sigfillset(&action.sa_mask);
  sigset_t unblocked;
  ::sigemptyset(&unblocked);
  for (int const signal : signals) {
    source.previous_.emplace_back(signal, TRY(base::sys::set_signal_action(signal, action)));
    ::sigaddset(&unblocked, signal);
  }
  TRY_VOID(base::sys::unblock_signals(unblocked));
  return source;
}

SignalSource::~SignalSource() {
  for (auto const& [signal, action] : previous_) (void)base::sys::set_signal_action(signal, action);
}

void SignalSource::fall_silent() {
  pipe_of_handler = -1;
  previous_.clear();
}

std::optional<int> SignalSource::next() {
  char byte = 0;
  auto const count = base::sys::read(pipe_.read_end.get(), {&byte, 1});
  if (!count || *count == 0) return std::nullopt;
  return static_cast<unsigned char>(byte);
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  ::sigfillset(&all);
  previous_ = base::sys::set_signal_mask(all).value_or(sigset_t{});
}

SignalsBlocked::~SignalsBlocked() {
  (void)base::sys::set_signal_mask(previous_);
}

}  // namespace net
