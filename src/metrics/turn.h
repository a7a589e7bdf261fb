// Something that one of several processes shall do once in a while, whichever comes first. Shared across fork.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/sys.h"

namespace metrics {

class Turn {
 public:
  static base::Result<Turn> create() {
    auto* const memory = TRY(base::sys::shared_memory(sizeof(Ticks)));
    return Turn(*std::construct_at(static_cast<Ticks*>(memory)));
  }

  // True for one caller a `period`.
  bool take(base::Instant now, base::Duration period) const {
    auto last = last_->load(std::memory_order_relaxed);
    if (base::from_ticks(last) + period > now) return false;
    return last_->compare_exchange_strong(last, base::to_ticks(now), std::memory_order_relaxed);
  }

 private:
  using Ticks = std::atomic<std::uint64_t>;
  explicit Turn(Ticks& last) : last_(&last) {}

  Ticks* last_;
};

}  // namespace metrics
