#include "base/remote_socket.h"

#include <gtest/gtest.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace base {
namespace {

struct RemoteSocketTest : testing::Test {
  RemoteSocketTest() {
    ::unlink(path.c_str());
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
  }
  ~RemoteSocketTest() override { ::unlink(path.c_str()); }

  Peer peer(std::vector<int> types) const {
    Peer result{.size = sizeof address, .types = std::move(types)};
    std::memcpy(&result.address, &address, sizeof address);
    return result;
  }

  Fd listen(int type) {
    ::unlink(path.c_str());
    Fd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (type == SOCK_STREAM) EXPECT_EQ(::listen(socket.get(), 5), 0);
    return socket;
  }

  static std::string receive(Fd const& socket, std::size_t limit = 1 << 20) {
    std::string text(limit, '\0');
    auto const size = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return text;
  }

  static bool send(RemoteSocket& remote, std::string_view text) {
    iovec const piece{const_cast<char*>(text.data()), text.size()};
    return remote.send({&piece, 1});
  }

  std::string path = testing::TempDir() + "remote." + std::to_string(::getpid());
  sockaddr_un address{};
};

TEST_F(RemoteSocketTest, SendsADatagramAMessage) {
  auto const server = listen(SOCK_DGRAM);
  RemoteSocket remote(peer({SOCK_DGRAM, SOCK_STREAM}));
  EXPECT_TRUE(send(remote, "one"));
  EXPECT_TRUE(send(remote, "two"));
  EXPECT_EQ(receive(server), "one");
  EXPECT_EQ(receive(server), "two");
}

TEST_F(RemoteSocketTest, FindsTheKindOfSocketThatIsThere) {
  auto const server = listen(SOCK_STREAM);
  RemoteSocket remote(peer({SOCK_DGRAM, SOCK_STREAM}));
  EXPECT_TRUE(send(remote, "one"));
  EXPECT_TRUE(send(remote, "two"));
  Fd const accepted(::accept(server.get(), nullptr, nullptr));
  EXPECT_EQ(receive(accepted), "onetwo");
}

TEST_F(RemoteSocketTest, AbsentPeerIsToldOfAndNotAskedForAgainAtOnce) {
  RemoteSocket remote(peer({SOCK_DGRAM}));
  EXPECT_FALSE(remote.connect());
  EXPECT_FALSE(send(remote, "lost"));
  auto const server = listen(SOCK_DGRAM);
  EXPECT_FALSE(send(remote, "too early"));
  EXPECT_TRUE(remote.connect());
  EXPECT_TRUE(send(remote, "heard"));
  EXPECT_EQ(receive(server), "heard");
}

TEST_F(RemoteSocketTest, PeerThatCameBackAtOnceMissesNothing) {
  for (int const type : {SOCK_DGRAM, SOCK_STREAM}) {
    auto server = listen(type);
    RemoteSocket remote(peer({type}));
    EXPECT_TRUE(send(remote, "before"));
    server = listen(type);
    EXPECT_TRUE(send(remote, "after"));
    if (type == SOCK_STREAM) server = Fd(::accept(server.get(), nullptr, nullptr));
    EXPECT_EQ(receive(server), "after");
  }
}

TEST_F(RemoteSocketTest, StreamThatIsNotReadLosesWholeMessagesOnly) {
  auto const server = listen(SOCK_STREAM);
  RemoteSocket remote(peer({SOCK_STREAM}));
  std::string const message = "<" + std::string(998, 'x') + ">";
  int taken = 0;
  for (int i = 0; i < 2000; ++i) taken += send(remote, message) ? 1 : 0;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 2000);
  Fd const accepted(::accept(server.get(), nullptr, nullptr));
  std::string all;
  for (int i = 0; i < 10; ++i) {
    for (std::string piece; !(piece = receive(accepted)).empty();) all += piece;
    taken += send(remote, message) ? 1 : 0;
  }
  for (std::string piece; !(piece = receive(accepted)).empty();) all += piece;
  EXPECT_EQ(all.size(), message.size() * static_cast<std::size_t>(taken));
  for (std::size_t at = 0; at < all.size(); at += message.size()) ASSERT_EQ(all.substr(at, message.size()), message);
}

TEST_F(RemoteSocketTest, ChildHasAStreamOfItsOwn) {
  auto const server = listen(SOCK_STREAM);
  RemoteSocket remote(peer({SOCK_STREAM}));
  EXPECT_TRUE(send(remote, "parent"));
  auto const child = ::fork();
  if (child == 0) ::_exit(send(remote, "child") ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  Fd const first(::accept(server.get(), nullptr, nullptr)), second(::accept(server.get(), nullptr, nullptr));
  EXPECT_EQ(receive(first), "parent");
  EXPECT_EQ(receive(second), "child");
}

}  // namespace
}  // namespace base
