#include "arbiter/watchdog.h"

#include <gtest/gtest.h>

namespace arbiter {
namespace {

using namespace std::chrono_literals;

base::Instant const kStart = base::from_ticks(1'000'000'000'000);

struct WatchdogTest : testing::Test {
  metrics::WorkerSlot slot;
  Worker worker{.age = 1, .pid = 2, .slot = &slot, .generation = 1, .started = kStart};
  Watchdog watchdog;
};

TEST_F(WatchdogTest, CountsFromTheStartOfTheWorkerBeforeItsFirstSign) {
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), kStart + 30s);
}

TEST_F(WatchdogTest, CountsFromTheLastHeartbeatWhenIdle) {
  slot.beat(kStart + 5s);
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), kStart + 35s);
}

TEST_F(WatchdogTest, HeartbeatsDoNotExcuseARunningRequest) {
  slot.begin_request(kStart + 5s, "GET / HTTP/1.1");
  slot.beat(kStart + 20s);
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), kStart + 35s);
  slot.end_request();
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), kStart + 50s);
}

TEST_F(WatchdogTest, TimeForWhichEverybodyWasFrozenDoesNotCount) {
  auto const thawed = kStart + 1h;
  watchdog.woken(thawed, kStart + 30s);
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), thawed + 30s);
}

TEST_F(WatchdogTest, WakingInTimeExcusesNothing) {
  watchdog.woken(kStart + 30s + 1ms, kStart + 30s);
  watchdog.woken(kStart + 1h, std::nullopt);
  EXPECT_EQ(watchdog.stuck_at(worker, 30s), kStart + 30s);
}

TEST_F(WatchdogTest, DescribesWhatTheWorkerIsStuckIn) {
  EXPECT_EQ(Watchdog::describe(worker, kStart + 30s), "starting for 30.0 s");
  worker.was_ready = true;
  EXPECT_EQ(Watchdog::describe(worker, kStart + 30s), "silence for 30.0 s");
  slot.begin_request(kStart + 1s, "GET /a HTTP/1.1");
  EXPECT_EQ(Watchdog::describe(worker, kStart + 30s), "\"GET /a HTTP/1.1\" for 29.0 s");
}

}  // namespace
}  // namespace arbiter
