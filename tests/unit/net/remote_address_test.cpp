#include "net/remote_address.h"

#include <gtest/gtest.h>

#include "net/socket_address.h"

namespace net {
namespace {

std::string parsed(std::string_view text) {
  auto const address = RemoteAddress::parse(text, 514);
  return address ? address->to_string() : address.error().message();
}

TEST(RemoteAddress, ReadsHostsWithAndWithoutAPort) {
  EXPECT_EQ(parsed("udp://Localhost:1514"), "udp://localhost:1514");
  EXPECT_EQ(parsed("tcp://logs.example"), "tcp://logs.example:514");
  EXPECT_EQ(parsed("udp://[::1]:99"), "udp://[::1]:99");
  EXPECT_EQ(parsed("udp://[::1]"), "udp://[::1]:514");
  EXPECT_EQ(parsed("udp://"), "udp://localhost:514");
}

TEST(RemoteAddress, ReadsPathsAndTheirMark) {
  auto const types = [](std::string_view text) { return RemoteAddress::parse(text, 0)->resolve()->types; };
  EXPECT_EQ(parsed("unix:///dev/log"), "unix:///dev/log");
  EXPECT_EQ(parsed("unix:/dev/log"), "unix:///dev/log");
  EXPECT_EQ(parsed("unix:///dev/log#dgram"), "unix:///dev/log");
  EXPECT_EQ(parsed("unix:///tmp/a#b"), "unix:///tmp/a#b");
  EXPECT_EQ(types("unix:///dev/log"), (std::vector<int>{SOCK_DGRAM, SOCK_STREAM}));
  EXPECT_EQ(types("unix:///dev/log#dgram"), std::vector<int>{SOCK_DGRAM});
  EXPECT_EQ(types("unix:///dev/log#stream"), (std::vector<int>{SOCK_STREAM, SOCK_DGRAM}));
}

TEST(RemoteAddress, RefusesEverythingElseInASentence) {
  for (auto const* text : {"", "localhost", "http://x", "udp://x:port", "udp://x:70000", "udp://[::1", "unix://"}) {
    EXPECT_EQ(parsed(text),
              std::string("'") + text + "' is no address: write udp://HOST:PORT, tcp://HOST:PORT or unix://PATH");
  }
}

TEST(RemoteAddress, NeedsNoResolverForThisMachine) {
  auto const peer = RemoteAddress::parse("udp://localhost:8125", 0)->resolve().value();
  EXPECT_EQ(SocketAddress(peer.address, peer.size).to_string(), "127.0.0.1:8125");
  EXPECT_EQ(peer.types, std::vector<int>{SOCK_DGRAM});
  EXPECT_FALSE(peer.is_path());
}

}  // namespace
}  // namespace net
