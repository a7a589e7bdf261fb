#include "arbiter/backoff.h"

#include <gtest/gtest.h>

namespace arbiter {
namespace {

using namespace std::chrono_literals;

base::Instant const kNow = base::from_ticks(1'000'000'000'000);
using Served = Backoff::Served;

BackoffPolicy const kPolicy{.first = 500ms, .longest = 3s, .healthy_after = 10s, .healthy_after_serving = 1s};

TEST(Backoff, FirstDeathsCostNothingThenThePauseDoublesUpToTheLongest) {
  Backoff backoff(kPolicy);
  EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 1), 0s);
  EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 1), 0s);
  EXPECT_LE(backoff.not_before(), kNow);
  for (base::Duration const pause : {500ms, 1000ms, 2000ms, 3000ms, 3000ms}) {
    EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 1), pause);
    EXPECT_EQ(backoff.not_before(), kNow + pause);
  }
}

TEST(Backoff, AllWorkersMayDieOnceAtTheSameTime) {
  Backoff backoff(kPolicy);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 8), 0s);
}

TEST(Backoff, LongLifeEndsTheCount) {
  Backoff backoff(kPolicy);
  for (int i = 0; i < 50; ++i) backoff.worker_died(kNow, 9s, Served::no, 1);
  EXPECT_EQ(backoff.worker_died(kNow, 9s, Served::no, 1), 3s);
  EXPECT_EQ(backoff.worker_died(kNow, 10s, Served::no, 1), 0s);
  EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 1), 0s);
  EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::no, 1), 500ms);
}

TEST(Backoff, WhoHasServedIsSoonReplaced) {
  Backoff backoff(kPolicy);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(backoff.worker_died(kNow, 1s, Served::yes, 1), 0s);
  EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::yes, 1), 0s);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(backoff.worker_died(kNow, 0s, Served::yes, 1), 500ms);
}

}  // namespace
}  // namespace arbiter
