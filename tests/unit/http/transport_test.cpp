#include "http/transport.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "http/socket_pair.h"

namespace http {
namespace {

using Kind = Transport::Kind;

struct TransportTest : testing::Test {
  SocketPair pair;
  Transport transport{base::Fd(pair.server.release())};
};

TEST_F(TransportTest, SaysWhetherMoreMayHaveCome) {
  pair.say("12345");
  std::array<char, 4> four;
  EXPECT_FALSE(transport.receive(four).is_last);
  EXPECT_TRUE(transport.receive(four).is_last);
  auto const nothing = transport.receive(four);
  EXPECT_EQ(nothing.kind, Kind::again);
  EXPECT_TRUE(nothing.is_last);
}

TEST_F(TransportTest, KeepsNothingBackWithoutTls) {
  iovec const piece{const_cast<char*>("hello"), 5};
  EXPECT_EQ(transport.send({&piece, 1}).bytes, 5u);
  EXPECT_FALSE(transport.has_unsent());
  EXPECT_EQ(transport.flush(), Kind::done);
  EXPECT_EQ(pair.hear(), "hello");
}

TEST_F(TransportTest, MovesTheOffsetOfAFileOn) {
  char path[] = "/tmp/transport_test.XXXXXX";
  base::Fd const file(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  off_t offset = 2;
  EXPECT_EQ(transport.send_file(file.get(), &offset, 3).bytes, 3u);
  EXPECT_EQ(offset, 5);
  EXPECT_EQ(pair.hear(), "234");
}

TEST_F(TransportTest, EndsOurSideAlone) {
  transport.shutdown_write();
  EXPECT_EQ(pair.hear(), "");
  pair.say("still here");
  EXPECT_EQ(transport.discard().bytes, 10u);
}

}  // namespace
}  // namespace http
