#include "worker/relay.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

namespace worker {
namespace {

struct RelayMessageTest : testing::Test {
  RelayMessageTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    server.reset(ends[0]);
    client.reset(ends[1]);
  }

  // What arrives of a connection on which the client has said `text`.
  std::optional<Relay::Arrival> relayed(std::string_view text) {
    http::Peer peer;
    peer.is_trusted = peer.may_announce = true;
    http::Connection connection(http::Transport(std::move(server)), std::move(peer), local, limits, policy, pool);
    connection.expect_announcement(http::ProxyProtocol::auto_detect);
    EXPECT_EQ(::send(client.get(), text.data(), text.size(), 0), ssize_t(text.size()));
    EXPECT_EQ(connection.on_event(true, false), http::Connection::Phase::ready);
    auto const relay = Relay::create();
    return relay->send(connection) ? relay->take() : std::nullopt;
  }

  http::Limits limits;
  http::Policy policy;
  http::BufferPool pool;
  http::LocalEnd local{.name = "127.0.0.1", .port = "80", .text = "127.0.0.1:80"};
  base::Fd server, client;
};

TEST_F(RelayMessageTest, TakesTheAnnouncedClientAlong) {
  auto const arrival = relayed("PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\nGET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->received, "GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(arrival->peer.announcement);
  EXPECT_EQ(arrival->peer.announcement->proxy_address, "192.0.2.2");
  EXPECT_EQ(arrival->peer.address + " " + arrival->peer.port, "192.0.2.1 4711");
  EXPECT_EQ(arrival->local.text, "127.0.0.1:80");
}

TEST_F(RelayMessageTest, TakesNoAnnouncementAlongWhereThereWasNone) {
  auto const arrival = relayed("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->peer.announcement, nullptr);
}

TEST_F(RelayMessageTest, LeavesARequestWhereItsLinesHadToBeRewritten) {
  policy.leniency.obsolete_folding = true;
  EXPECT_FALSE(relayed("GET / HTTP/1.0\r\nA: 1\r\n 2\r\n\r\n")) << "another reader would read it otherwise";
}

}  // namespace
}  // namespace worker
