// One stretch of the time in which a peer is waited for, as a Pace has it. Time that passes otherwise does not count.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "http/pace.h"

namespace http {

class Stretch {
 public:
  // So many bytes had been moved before.
  explicit Stretch(std::int64_t moved = 0) : moved_before_(moved) {}

  // Blocks until `socket` has one of `events` (poll(2)) or the stretch is over. After an error no time has passed.
  base::Result<void> wait(int socket, short events, Pace const& pace);
  bool is_over(Pace const& pace) const { return waited_ >= pace.span; }

  // Once it is over and so many bytes have been moved: whether the peer kept pace. The next one begins.
  bool end(std::int64_t moved, Pace const& pace);

 private:
  std::int64_t moved_before_;
  base::Duration waited_{0};
};

}  // namespace http
