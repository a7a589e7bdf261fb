#include "metrics/statsd.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "metrics/turn.h"

namespace metrics {
namespace {

using namespace std::chrono_literals;

struct StatsdTest : testing::Test {
  StatsdTest() : server(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    peer.size = sizeof address;
    ::getsockname(server.get(), reinterpret_cast<sockaddr*>(&peer.address), &peer.size);
    peer.types = {SOCK_DGRAM};
  }

  std::string receive() const {
    char buffer[4096];
    auto const size = ::recv(server.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  base::Fd server;
  base::Peer peer;
};

TEST_F(StatsdTest, RequestIsOneDatagramOfGunicornsThreeLines) {
  Statsd statsd({.peer = peer});
  statsd.request(404, 1467us);
  EXPECT_EQ(receive(),
            "gunicorn.request.duration:1.467|ms\ngunicorn.requests:1|c|@1.0\ngunicorn.request.status.404:1|c|@1.0");
}

TEST_F(StatsdTest, HasTheOtherKindsOfGunicornsMetrics) {
  Statsd statsd({.peer = peer});
  statsd.gauge("gunicorn.workers", 3);
  statsd.histogram("gunicorn.backlog", 0);
  statsd.count("gunicorn.log.error");
  EXPECT_EQ(receive(), "gunicorn.workers:3|g");
  EXPECT_EQ(receive(), "gunicorn.backlog:0|h");
  EXPECT_EQ(receive(), "gunicorn.log.error:1|c|@1.0");
}

TEST_F(StatsdTest, SendsTheApplicationsOwnMetricsInFourKinds) {
  Statsd statsd({.peer = peer});
  for (auto const* kind : {"gauge", "counter", "histogram", "timer"}) EXPECT_TRUE(statsd.custom("mine", "1.5", kind));
  EXPECT_EQ(receive(), "mine:1.5|g");
  EXPECT_EQ(receive(), "mine:1.5|c|@1.0");
  EXPECT_EQ(receive(), "mine:1.5|h");
  EXPECT_EQ(receive(), "mine:1.5|ms");
  EXPECT_FALSE(statsd.custom("mine", "1", "set"));
}

TEST_F(StatsdTest, EachLineHasThePrefixWithOneDotAndTheTags) {
  for (auto const* prefix : {"pfx", "pfx.", "pfx.."}) {
    Statsd statsd({.peer = peer, .prefix = prefix, .tags = "a:b,c"});
    statsd.gauge("gunicorn.workers", 1);
    EXPECT_EQ(receive(), "pfx.gunicorn.workers:1|g|#a:b,c");
  }
}

TEST_F(StatsdTest, ServerThatComesBackIsHeardAtOnce) {
  Statsd statsd({.peer = peer});
  server.reset();
  for (int i = 0; i < 5; ++i) statsd.count("lost");
  server.reset(::socket(AF_INET, SOCK_DGRAM, 0));
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&peer.address), peer.size), 0);
  statsd.count("heard");
  EXPECT_EQ(receive(), "heard:1|c|@1.0");
}

TEST(Turn, IsTakenOnceAPeriodByWhicheverProcessComesFirst) {
  auto const turn = Turn::create().value();
  auto const now = base::now();
  EXPECT_TRUE(turn.take(now, 1s));
  auto const child = ::fork();
  if (child == 0) ::_exit(turn.take(now + 500ms, 1s) ? 1 : turn.take(now + 1s, 1s) ? 0 : 2);
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(turn.take(now + 1500ms, 1s));
  EXPECT_TRUE(turn.take(now + 2s, 1s));
}

}  // namespace
}  // namespace metrics
