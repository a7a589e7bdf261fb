#include "net/listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <vector>

#include "base/sys.h"

namespace net {
namespace {

Address address(std::string_view bind) {
  return Address::parse(bind).value();
}

base::Fd connect_to(SocketAddress const& address) {
  base::Fd socket(::socket(address.family(), SOCK_STREAM, 0));
  if (::connect(socket.get(), address.raw(), address.size()) != 0) socket.reset();
  return socket;
}

// Who has said something.
base::Fd client_of(SocketAddress const& address) {
  auto socket = connect_to(address);
  EXPECT_EQ(::send(socket.get(), "x", 1, 0), 1);
  return socket;
}

std::string fresh_path(std::string const& name) {
  auto path = testing::TempDir() + name;
  ::unlink(path.c_str());
  return path;
}

TEST(Listener, AcceptsConnectionsOnAnEphemeralPort) {
  auto const listener = Listener::bind(address("127.0.0.1:0")).value();
  EXPECT_NE(listener.local().port(), 0);
  EXPECT_EQ(listener.url(), "http://127.0.0.1:" + std::to_string(listener.local().port()));
  SocketAddress peer;
  EXPECT_FALSE(listener.accept(peer).value());
  auto const client = client_of(listener.local());
  auto const accepted = listener.accept(peer).value();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(peer.host(), "127.0.0.1");
  EXPECT_EQ(peer.port(), SocketAddress::local_of(client.get()).value().port());
  EXPECT_EQ(base::sys::get_option(*accepted, IPPROTO_TCP, TCP_NODELAY).value(), 1);
}

// Or for a second.
TEST(Listener, LeavesConnectionsToTheKernelUntilTheirClientsSpeak) {
  auto listener = Listener::bind(address("127.0.0.1:0")).value();
  SocketAddress peer;
  auto const silent = connect_to(listener.local());
  EXPECT_FALSE(listener.accept(peer).value());
  EXPECT_EQ(::send(silent.get(), "x", 1, 0), 1);
  EXPECT_TRUE(listener.accept(peer).value());
  listener.stop_deferring();
  auto const late = connect_to(listener.local());
  EXPECT_TRUE(listener.accept(peer).value());
}

TEST(Listener, SaysWhenThePortIsTaken) {
  auto const first = Listener::bind(address("127.0.0.1:0")).value();
  auto const second = Listener::bind(address(first.local().to_string()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), EADDRINUSE);
}

// Which fail to listen otherwise, now and then.
TEST(Listener, NoTwoAreGivenOnePort) {
  std::vector<Listener> reserved;
  std::set<int> ports;
  for (int i = 0; i < 600; ++i) {
    reserved.push_back(Listener::reserve(address("127.0.0.1:0"), {}).value());
    ports.insert(reserved.back().local().port());
  }
  EXPECT_EQ(ports.size(), reserved.size());
}

TEST(Listener, GivenPortMayBeBoundAgainWhileConnectionsOfBeforeLinger) {
  auto address_given = [] {
    auto const listener = Listener::bind(address("127.0.0.1:0")).value();
    auto const client = client_of(listener.local());
    SocketAddress peer;
    char byte;
    auto accepted = listener.accept(peer).value();
    EXPECT_EQ(::recv(accepted->get(), &byte, 1, 0), 1);
    accepted.reset();  // who closes first lingers
    EXPECT_EQ(::recv(client.get(), &byte, 1, 0), 0);
    return listener.local().to_string();
  }();
  EXPECT_TRUE(Listener::bind(address(address_given)));
}

TEST(Listener, ReusePortLetsSeveralBindTheSamePort) {
  ListenOptions const options{.reuse_port = ReusePort::yes};
  auto const first = Listener::bind(address("127.0.0.1:0"), options).value();
  EXPECT_TRUE(Listener::bind(address(first.local().to_string()), options));
}

TEST(Listener, PortThatIsOnlyReservedGetsNoConnections) {
  ListenOptions const options{.reuse_port = ReusePort::yes};
  auto const listener = Listener::bind(address("127.0.0.1:0"), options).value();
  auto const reserved = Listener::reserve(address(listener.local().to_string()), options).value();
  EXPECT_TRUE(reserved.reuses_port());
  SocketAddress peer;
  for (int round = 0; round < 50; ++round) {
    auto const client = connect_to(listener.local());
    EXPECT_TRUE(listener.accept(peer).value());
  }
  (void)base::sys::stop_listening(listener.descriptor());
  EXPECT_FALSE(connect_to(listener.local()));
  EXPECT_TRUE(reserved.listen(1));
  EXPECT_TRUE(connect_to(listener.local()));
  EXPECT_TRUE(reserved.accept(peer).value());
}

TEST(Listener, QueuesOneAtATimeBeforeItEnds) {
  for (auto const& where : {std::string("127.0.0.1:0"), "unix:" + fresh_path("end.sock")}) {
    auto listener = Listener::bind(address(where)).value();
    listener.stop_deferring();
    base::Fd clients[3];
    for (auto& client : clients) client = connect_to(listener.local());
    listener.stop_queueing();
    base::Fd late(::socket(listener.local().family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
    auto const connected = [&] {
      pollfd asked{.fd = late.get(), .events = POLLOUT, .revents = 0};
      bool const is_there = ::connect(late.get(), listener.local().raw(), listener.local().size()) == 0;
      return is_there || (errno == EINPROGRESS && ::poll(&asked, 1, 100) == 1);
    };
    EXPECT_FALSE(connected()) << where;
    SocketAddress peer;
    for (auto const& client : clients) {
      EXPECT_TRUE(client);
      EXPECT_TRUE(listener.accept(peer).value()) << where;
    }
    late.reset(::socket(listener.local().family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_TRUE(connected()) << where;
  }
}

TEST(Listener, ResolvesNamesToTheirIpv4Address) {
  auto const listener = Listener::bind(address("localhost:0"));
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_EQ(listener->local().host(), "127.0.0.1");
}

TEST(Listener, UnixSocketReplacesASocketButNotAFile) {
  auto const path = fresh_path("listener.sock");
  auto first = Listener::bind(address("unix:" + path)).value();
  auto second = Listener::bind(address("unix:" + path)).value();
  EXPECT_TRUE(connect_to(second.local()));
  EXPECT_EQ(second.url(), "unix:" + path);

  first.remove_path();  // it is the second's by now
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  second.remove_path();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);

  std::ofstream(path) << "precious";
  auto const refused = Listener::bind(address("unix:" + path));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "'" + path + "' is not a socket (remove it or choose another path)");
}

TEST(Listener, UnixSocketHasTheModeOfTheUmask) {
  auto const path = fresh_path("mode.sock");
  auto const before = base::sys::set_umask(0022);
  auto listener = Listener::bind(address("unix:" + path), {.path = {.umask = 0117}}).value();
  EXPECT_EQ(base::sys::set_umask(before), 0022u);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  listener.remove_path();
}

TEST(Listener, InheritedPathIsRemovedByItsOwnerOnly) {
  auto const path = testing::TempDir() + "inherited.sock";
  auto predecessor = Listener::bind(address("unix:" + path)).value();
  auto successor = Listener::adopt(base::Fd(::dup(predecessor.descriptor())), 10).value();
  successor.remove_path();
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  predecessor.disown_path();
  predecessor.remove_path();
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  successor.own_path();
  successor.remove_path();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST(Listener, KnowsTheAddressesItIsBoundTo) {
  auto const tcp = Listener::bind(address("127.0.0.1:0")).value();
  auto const port = std::to_string(tcp.local().port());
  for (auto const& same : {"127.0.0.1:" + port, std::string("127.0.0.1:0"), "localhost:" + port,
                           "fd://" + std::to_string(tcp.descriptor())})
    EXPECT_TRUE(tcp.is_bound_to(address(same))) << same;
  for (auto const& other : {std::string("127.0.0.1:1"), "0.0.0.0:" + port, "[::1]:" + port, std::string("unix:/x")})
    EXPECT_FALSE(tcp.is_bound_to(address(other))) << other;

  auto const path = testing::TempDir() + "bound.sock";
  auto unix_socket = Listener::bind(address("unix:" + path)).value();
  EXPECT_TRUE(unix_socket.is_bound_to(address("unix:" + path)));
  EXPECT_FALSE(unix_socket.is_bound_to(address("unix:" + path + "2")));
  EXPECT_FALSE(unix_socket.is_bound_to(address("127.0.0.1:0")));
  unix_socket.remove_path();
}

TEST(Listener, TryingAPortTakesNoConnectionFromThoseWhoListen) {
  ListenOptions const options{.reuse_port = ReusePort::yes};
  auto const listener = Listener::bind(address("127.0.0.1:0"), options).value();
  auto const same = address("127.0.0.1:" + std::to_string(listener.local().port()));
  for (int round = 0; round < 50; ++round) {
    EXPECT_TRUE(Listener::try_bind(same, options));
    auto const client = connect_to(listener.local());
    SocketAddress peer;
    EXPECT_TRUE(listener.accept(peer).value());
  }
  auto const taken = Listener::bind(address("127.0.0.1:0")).value();
  auto const refused = Listener::try_bind(address("127.0.0.1:" + std::to_string(taken.local().port())), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), EADDRINUSE);
}

TEST(Listener, PathThatIsTooLongIsRefusedWithItsLimit) {
  auto const refused = Listener::bind(address("unix:/" + std::string(200, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("at most 107 bytes, this one has 201"), std::string::npos);
}

TEST(Listener, TakesOverAnInheritedSocket) {
  auto original = Listener::bind(address("127.0.0.1:0")).value();
  int const descriptor = ::dup(original.descriptor());
  auto const listener = Listener::bind(address("fd://" + std::to_string(descriptor)));
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_EQ(listener->descriptor(), descriptor);
  EXPECT_EQ(listener->local().port(), original.local().port());
}

TEST(Listener, RefusesADescriptorThatIsNoSocketAndLeavesItOpen) {
  int const descriptor = ::dup(STDOUT_FILENO);
  auto const listener = Listener::bind(address("fd://" + std::to_string(descriptor)));
  ASSERT_FALSE(listener);
  EXPECT_EQ(::close(descriptor), 0);
}

TEST(SocketAddress, ShowsMappedIpv4ClientsAsIpv4) {
  auto const listener = Listener::bind(address("[::]:0"));
  if (!listener) GTEST_SKIP() << listener.error().message();
  auto const v4 = SocketAddress::resolve("127.0.0.1", listener->local().port()).value();
  auto const client = client_of(v4);
  SocketAddress peer;
  ASSERT_TRUE(listener->accept(peer).value());
  EXPECT_EQ(peer.host(), "127.0.0.1");
}

}  // namespace
}  // namespace net
