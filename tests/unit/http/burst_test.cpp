#include "http/burst.h"

#include <gtest/gtest.h>

namespace http {
namespace {

using namespace std::chrono_literals;

struct BurstTest : testing::Test {
  // A piece comes so long after the last.
  bool add(base::Duration after) { return burst.add(now += after); }

  base::Instant now = base::now();
  Burst burst;
};

TEST_F(BurstTest, FirstPiecesGoAtOnce) {
  EXPECT_FALSE(add(0us));
  EXPECT_FALSE(add(1us));
  EXPECT_TRUE(add(1us));
  EXPECT_TRUE(add(40us));
}

TEST_F(BurstTest, PauseEndsIt) {
  for (int i = 0; i < 5; ++i) add(1us);
  EXPECT_FALSE(add(50us));
  EXPECT_FALSE(add(1us));
  EXPECT_TRUE(add(1us));
}

TEST_F(BurstTest, SteadyStreamIsNone) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(add(60us));
}

TEST_F(BurstTest, IsOfOneAnswer) {
  for (int i = 0; i < 5; ++i) add(1us);
  burst.clear();
  EXPECT_FALSE(add(1us));
}

}  // namespace
}  // namespace http
