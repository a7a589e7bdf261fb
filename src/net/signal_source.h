// Signals as something to wait for: a descriptor that becomes readable, and the numbers that came, in order.
//
// Made of handlers that write to a pipe, not of signalfd(2): a signalfd needs its signals blocked, and the mask is
// inherited through fork and exec, so that no process the application starts could be terminated any more. Handlers
// are reset by exec; after a fork that goes on without us (multiprocessing) they step aside by themselves and the
// signal does what it does by default.
//
// At most one per process at a time, read by one thread. The handlers interrupt no system call that can be restarted.
#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "base/sys.h"

namespace net {

class SignalSource {
 public:
  // The signals come through even if whoever started the process had them ignored or blocked.
  static base::Result<SignalSource> create(std::initializer_list<int> signals);

  SignalSource(SignalSource&&) noexcept = default;
  SignalSource& operator=(SignalSource&&) = delete;
  // What the signals did before, they do again.
  ~SignalSource();

  int descriptor() const { return pipe_.read_end.get(); }

  // The next signal that came, or nothing. Many of the same in a row may count as fewer.
  std::optional<int> next();

  // For a process that is about to end: from here on its signals do nothing, not even what they did before. One more
  // TERM would have it killed, and fail what was done in good order.
  void fall_silent();

 private:
  explicit SignalSource(base::sys::Pipe pipe) : pipe_(std::move(pipe)) {}

  base::sys::Pipe pipe_;
  std::vector<std::pair<int, struct sigaction>> previous_;
};

// Blocks all signals while it lives: around a fork, so that none reaches the child before its handlers are its own.
class SignalsBlocked {
 public:
  SignalsBlocked();
  SignalsBlocked(SignalsBlocked const&) = delete;
  ~SignalsBlocked();

 private:
  sigset_t previous_;
};

}  // namespace net
