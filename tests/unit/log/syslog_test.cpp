#include "log/syslog.h"

#include <gtest/gtest.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace logging {
namespace {

// A syslog server's socket on a path.
struct Server {
  explicit Server(int type) {
    ::unlink(path.c_str());
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strcpy(address.sun_path, path.c_str());
    socket.reset(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    peer = {.size = sizeof address, .types = {type}};
    std::memcpy(&peer.address, &address, sizeof address);
  }
  ~Server() { ::unlink(path.c_str()); }

  std::string receive() {
    char buffer[65536];
    auto const size = ::recv(socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  std::string path = testing::TempDir() + "syslog." + std::to_string(::getpid());
  base::Fd socket;
  base::Peer peer;
};

std::string with_nul(std::string text) {
  return text + '\0';
}

TEST(Syslog, WritesGunicornsDatagrams) {
  Server server(SOCK_DGRAM);
  Syslog syslog({.peer = server.peer, .program = "gunicorn.myp", .facility = 1});
  auto const pid = std::to_string(::getpid());
  EXPECT_TRUE(syslog.write(Syslog::Channel::error, Level::info, "Booting"));
  EXPECT_EQ(server.receive(), with_nul("<14>gunicorn.myp.error: [" + pid + "] Booting"));
  EXPECT_TRUE(syslog.write(Syslog::Channel::access, Level::info, "GET /"));
  EXPECT_EQ(server.receive(), with_nul("<14>gunicorn.myp.access: [" + pid + "] GET /"));
}

TEST(Syslog, TakesTheSeverityFromTheLevel) {
  Server server(SOCK_DGRAM);
  Syslog syslog({.peer = server.peer, .program = "p", .facility = 16});
  std::pair<Level, char const*> const expected[] = {{Level::debug, "<135>"},
                                                    {Level::info, "<134>"},
                                                    {Level::warning, "<132>"},
                                                    {Level::error, "<131>"},
                                                    {Level::critical, "<130>"}};
  for (auto const& [level, head] : expected) {
    EXPECT_TRUE(syslog.write(Syslog::Channel::error, level, "x"));
    EXPECT_TRUE(server.receive().starts_with(head)) << head;
  }
}

TEST(Syslog, KeepsATracebackInOneDatagramAndCutsWhatNoServerTakes) {
  Server server(SOCK_DGRAM);
  Syslog syslog({.peer = server.peer, .program = "p"});
  EXPECT_TRUE(syslog.write(Syslog::Channel::error, Level::error, "one\ntwo"));
  EXPECT_TRUE(server.receive().ends_with(with_nul("one\ntwo")));
  EXPECT_TRUE(syslog.write(Syslog::Channel::error, Level::error, std::string(100'000, 'x')));
  EXPECT_LT(server.receive().size(), 33'000u);
}

TEST(Syslog, FullServerLosesLinesInsteadOfWaiting) {
  Server server(SOCK_DGRAM);
  Syslog syslog({.peer = server.peer, .program = "p"});
  int lost = 0;
  for (int i = 0; i < 2000; ++i) lost += syslog.write(Syslog::Channel::error, Level::info, "line") ? 0 : 1;
  EXPECT_GT(lost, 0);
  server.receive();
  EXPECT_TRUE(syslog.write(Syslog::Channel::error, Level::info, "there is room again"));
}

TEST(Syslog, KnowsFacilitiesByName) {
  EXPECT_EQ(parse_facility("user"), 1);
  EXPECT_EQ(parse_facility("LOCAL7"), 23);
  EXPECT_EQ(parse_facility("nosuch"), std::nullopt);
}

}  // namespace
}  // namespace logging
