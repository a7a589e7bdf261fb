#include "arbiter/backoff.h"

#include <algorithm>

namespace arbiter {

base::Duration Backoff::worker_died(base::Instant now, base::Duration lived, Served served, int workers) {
  bool const has_served = served == Served::yes;
  if (lived >= (has_served ? policy_.healthy_after_serving : policy_.healthy_after)) young_deaths_ = 0;
  ++young_deaths_;
  int const beyond = young_deaths_ - (workers + 1);
  if (beyond <= 0) return base::Duration::zero();
  auto const brought = pause(beyond, has_served ? policy_.first : policy_.longest);
  hold(now, brought);
  return brought;
}

void Backoff::hold(base::Instant now, base::Duration pause) {
  not_before_ = std::max(not_before_, now + pause);
}

base::Duration Backoff::pause(int deaths_beyond_allowance, base::Duration longest) const {
  static constexpr int kLargestShift = 20;
  auto const doublings = std::min(deaths_beyond_allowance - 1, kLargestShift);
  return std::min(policy_.first * (1 << doublings), longest);
}

}  // namespace arbiter
