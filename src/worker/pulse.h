// Whether an event loop turns: the standby thread asks now and then, and the loop answers when it comes to it. A loop
// that does not is kept by something that blocks.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "base/clock.h"

namespace worker {

class Pulse {
 public:
  // `ring` makes the loop turn; it is called by the thread that asks.
  Pulse(base::Duration pause, std::function<void()> ring) : pause_(pause), ring_(std::move(ring)) {}

  // The loop's thread.
  void beat() { asked_.store(0, std::memory_order_relaxed); }

  // The thread that asks. Since when the loop has not turned; nothing: it does, as far as is known.
  std::optional<base::Instant> look(base::Instant now) {
    auto const asked = asked_.load(std::memory_order_relaxed);
    if (asked) return now - base::from_ticks(asked) > kGrace ? std::optional(base::from_ticks(asked)) : std::nullopt;
    if (now < ask_again_) return std::nullopt;
    ask_again_ = now + pause_;
    asked_.store(base::to_ticks(now), std::memory_order_relaxed);
    ring_();
    return std::nullopt;
  }

 private:
  static constexpr base::Duration kGrace = std::chrono::milliseconds(50);

  base::Duration pause_;
  std::function<void()> ring_;
  std::atomic<std::uint64_t> asked_ = 0;  // in ticks; 0: answered
  base::Instant ask_again_;
};

}  // namespace worker
