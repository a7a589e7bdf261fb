#include "arbiter/backoff.h"

#include <algorithm>

namespace arbiter {

base::Duration Backoff::worker_died(base::Instant now, base::Duration lived, int workers) {
  if (lived >= policy_.healthy_after) young_deaths_ = 0;
  ++young_deaths_;
  int const beyond = young_deaths_ - (workers + 1);
  if (beyond <= 0) return base::Duration::zero();
  hold(now, pause(beyond));
  return pause(beyond);
}

void Backoff::hold(base::Instant now, base::Duration pause) {
  not_before_ = std::max(not_before_, now + pause);
}

base::Duration Backoff::pause(int deaths_beyond_allowance) const {
  static constexpr int kLargestShift = 20;
  auto const doublings = std::min(deaths_beyond_allowance - 1, kLargestShift);
  return std::min(policy_.first * (1 << doublings), policy_.longest);
}

}  // namespace arbiter
