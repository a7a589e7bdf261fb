// How slow a peer may be while it sends or takes content: in each stretch of `span` it must move at least `rate` bytes
// a second, and something. What it moves beyond that is no credit for the next stretch, so that nobody who was fast may
// stop for long.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace http {

struct Pace {
  base::Duration span = std::chrono::seconds(30);
  std::uint64_t rate = 240;

  // What one stretch asks for.
  std::int64_t bytes() const {
    auto const seconds = std::chrono::duration<double>(span).count();
    return std::max<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(rate) * seconds), 1);
  }
};

}  // namespace http
