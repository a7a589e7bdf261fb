#include "http/outbox.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "http/socket_pair.h"

namespace http {
namespace {

struct OutboxTest : testing::Test {
  Outbox::Status write(std::string_view first, std::string_view second = {}) {
    std::array<iovec, 2> pieces = {iovec{const_cast<char*>(first.data()), first.size()},
                                   iovec{const_cast<char*>(second.data()), second.size()}};
    return outbox.write(transport, pieces);
  }

  // Reads and flushes in turn until everything is through.
  std::string drain(std::size_t expected) {
    std::string heard;
    while (heard.size() < expected) {
      auto const piece = pair.hear();
      if (piece.empty()) break;
      heard += piece;
      EXPECT_NE(outbox.flush(transport), Outbox::Status::closed);
    }
    return heard;
  }

  SocketPair pair;
  Transport transport{base::Fd(pair.server.release())};
  Outbox outbox;
  std::string const large = std::string(1'000'000, 'a') + "b";
};

TEST_F(OutboxTest, SendsAtOnceWhatTheSocketTakes) {
  EXPECT_EQ(write("head ", "body"), Outbox::Status::sent);
  EXPECT_TRUE(outbox.is_empty());
  EXPECT_EQ(pair.hear(), "head body");
}

TEST_F(OutboxTest, KeepsTheRestInOrder) {
  EXPECT_EQ(write("head ", large), Outbox::Status::pending);
  EXPECT_EQ(write(" tail"), Outbox::Status::pending);
  EXPECT_GT(outbox.buffered(), 0u);
  auto const heard = drain(5 + large.size() + 5);
  EXPECT_EQ(heard, "head " + large + " tail");
  EXPECT_TRUE(outbox.is_empty());
  EXPECT_EQ(outbox.buffered(), 0u);
}

TEST_F(OutboxTest, SendsFilesBetweenBytesEvenAfterTheCallerClosedThem) {
  char path[] = "/tmp/outbox_test.XXXXXX";
  base::Fd file(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::write(file.get(), large.data(), large.size()), static_cast<ssize_t>(large.size()));
  write("head ");
  EXPECT_EQ(outbox.send_file(transport, file.get(), 1, large.size() - 1), Outbox::Status::pending);
  file.reset();
  write(" tail");
  EXPECT_EQ(drain(large.size() + 9), "head " + large.substr(1) + " tail");
}

// A file is not held in memory, but takes its time all the same.
TEST_F(OutboxTest, TellsThatAFileGoesOn) {
  char path[] = "/tmp/outbox_test.XXXXXX";
  base::Fd const file(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::write(file.get(), large.data(), large.size()), static_cast<ssize_t>(large.size()));
  EXPECT_EQ(outbox.send_file(transport, file.get(), 0, large.size()), Outbox::Status::pending);
  auto const before = outbox.sent();
  pair.hear();
  EXPECT_EQ(outbox.flush(transport), Outbox::Status::pending);
  EXPECT_GT(outbox.sent(), before);
}

TEST_F(OutboxTest, SaysWhenThePeerIsGone) {
  pair.client.reset();
  EXPECT_EQ(write("anything"), Outbox::Status::closed);
}

}  // namespace
}  // namespace http
