#include "arbiter/listeners.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "base/sys.h"

namespace arbiter {
namespace {

net::Address const kAnyPort = net::Address::parse("127.0.0.1:0").value();

bool defers(base::Fd const& socket) {
  return base::sys::get_option(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT).value() > 0;
}

base::Fd copy_of(int descriptor) {
  return base::Fd(::dup(descriptor));
}

Listeners open(net::Address const& address) {
  Options options;
  options.bind = {address};
  return Listeners::open(options, {}).value();
}

// One that was passed, and another descriptor of its socket.
std::pair<Listeners, base::Fd> adopt_one() {
  std::vector<net::Listener> passed;
  passed.push_back(net::Listener::bind(kAnyPort).value());
  auto socket = copy_of(passed.front().descriptor());
  return {Listeners::adopt(std::move(passed)), std::move(socket)};
}

TEST(Listeners, StopDeferringWhereTheSocketEndsWithTheServer) {
  auto listeners = open(kAnyPort);
  auto const socket = copy_of(listeners.bequest().sockets.front());
  ASSERT_TRUE(defers(socket));
  listeners.stop_deferring();
  EXPECT_FALSE(defers(socket));
}

TEST(Listeners, LeaveTheOptionsOfAPassedSocketToWhomItBelongs) {
  auto [listeners, socket] = adopt_one();
  listeners.stop_deferring();
  EXPECT_TRUE(defers(socket));
}

TEST(Listeners, LeaveTheOptionsOfASocketGivenByNumberToo) {
  auto const made = net::Listener::bind(kAnyPort).value();
  int const number = ::dup(made.descriptor());
  auto listeners = open(net::Address::parse("fd://" + std::to_string(number)).value());
  listeners.stop_deferring();
  EXPECT_TRUE(defers(copy_of(number)));
}

bool accepts(net::SocketAddress const& address) {
  base::Fd const client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(client.get(), address.raw(), address.size()) == 0;
}

TEST(Listeners, RefuseWhoConnectsWhenTheyStopAlthoughOthersHoldTheSocket) {
  auto listeners = open(kAnyPort);
  auto const held = copy_of(listeners.bequest().sockets.front());
  auto const address = net::SocketAddress::local_of(held.get()).value();
  EXPECT_TRUE(accepts(address));
  listeners.stop_listening();
  EXPECT_FALSE(accepts(address));
}

TEST(Listeners, DoNotStopASocketThatWasPassed) {
  auto [listeners, socket] = adopt_one();
  listeners.stop_listening();
  EXPECT_TRUE(accepts(net::SocketAddress::local_of(socket.get()).value()));
}

}  // namespace
}  // namespace arbiter
