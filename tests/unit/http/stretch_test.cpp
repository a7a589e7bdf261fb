#include "http/stretch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include "socket_pair.h"

namespace http {
namespace {

using namespace std::chrono_literals;

constexpr Pace kTenBytes{20ms, 500};

TEST(StretchTest, EndsWhereThePeerDoesNothing) {
  SocketPair pair;
  Stretch stretch(100);
  auto const begun = base::now();
  EXPECT_TRUE(stretch.wait(pair.server.get(), POLLIN, kTenBytes));
  EXPECT_GE(base::now() - begun, 20ms);
  EXPECT_TRUE(stretch.is_over(kTenBytes));
  EXPECT_FALSE(stretch.end(109, kTenBytes));
}

TEST(StretchTest, CountsFromWhereTheOneBeforeEnded) {
  SocketPair pair;
  Stretch stretch(100);
  EXPECT_TRUE(stretch.wait(pair.server.get(), POLLIN, kTenBytes));
  EXPECT_TRUE(stretch.end(110, kTenBytes));
  EXPECT_FALSE(stretch.is_over(kTenBytes));
  EXPECT_TRUE(stretch.wait(pair.server.get(), POLLIN, kTenBytes));
  EXPECT_FALSE(stretch.end(119, kTenBytes));
}

TEST(StretchTest, IsNotOverWhileThePeerIsThere) {
  SocketPair pair;
  pair.say("x");
  Stretch stretch;
  EXPECT_TRUE(stretch.wait(pair.server.get(), POLLIN, {1h}));
  EXPECT_FALSE(stretch.is_over({1h}));
}

TEST(StretchTest, IsNotOverWhereNobodyCouldWait) {
  SocketPair pair;
  Stretch stretch;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit const none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);  // poll(2): EINVAL
  auto const waited = stretch.wait(pair.server.get(), POLLIN, kTenBytes);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(waited);
  EXPECT_FALSE(stretch.is_over(kTenBytes));
}

}  // namespace
}  // namespace http
