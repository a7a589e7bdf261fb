#include "net/deadline_queue.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using namespace std::chrono_literals;

struct DeadlineQueueTest : testing::Test {
  base::Instant const start = base::Instant(100s);
  DeadlineQueue queue{10s};
  Deadline first{&first}, second{&second}, third{&third};
};

TEST_F(DeadlineQueueTest, ExpiresInTheOrderTheyWereSet) {
  queue.set(first, start);
  queue.set(second, start + 1s);
  EXPECT_EQ(queue.next(), start + 10s);
  EXPECT_EQ(queue.take_expired(start + 9s), nullptr);
  EXPECT_EQ(queue.take_expired(start + 11s), &first);
  EXPECT_EQ(queue.take_expired(start + 11s), &second);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST_F(DeadlineQueueTest, SettingAgainMovesToTheEnd) {
  queue.set(first, start);
  queue.set(second, start + 1s);
  queue.set(first, start + 2s);
  EXPECT_EQ(queue.next(), start + 11s);
}

TEST_F(DeadlineQueueTest, DroppingFromTheMiddleKeepsTheOthers) {
  queue.set(first, start);
  queue.set(second, start);
  queue.set(third, start);
  second.drop();
  EXPECT_FALSE(second.is_set());
  EXPECT_EQ(queue.take_expired(start + 10s), &first);
  EXPECT_EQ(queue.take_expired(start + 10s), &third);
}

TEST_F(DeadlineQueueTest, ADestroyedDeadlineLeavesItsQueue) {
  {
    Deadline brief(nullptr);
    queue.set(brief, start);
  }
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST_F(DeadlineQueueTest, MovesBetweenQueues) {
  DeadlineQueue other(1s);
  queue.set(first, start);
  other.set(first, start);
  EXPECT_EQ(queue.next(), std::nullopt);
  EXPECT_EQ(other.next(), start + 1s);
  first.drop();
}

}  // namespace
}  // namespace net
