#include "http/outbox.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

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
  BufferPool pool;
  Outbox outbox{pool};
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

TEST_F(OutboxTest, SendsWhatItKeptBeforeWithTheNextPiece) {
  EXPECT_EQ(write(large), Outbox::Status::pending);
  std::string heard;
  while (heard.size() < large.size()) {
    heard += pair.hear();
    write("x");
  }
  EXPECT_TRUE(heard.starts_with(large));
}

TEST_F(OutboxTest, NoticesThatThePeerIsGoneWhileItKeeps) {
  EXPECT_EQ(write(large), Outbox::Status::pending);
  pair.client.reset();
  EXPECT_EQ(write("more"), Outbox::Status::closed);
}

TEST_F(OutboxTest, SmallPiecesShareABlock) {
  write(large);
  auto const before = pool.account().used();
  for (int i = 0; i < 1000; ++i) write("0123456789");
  EXPECT_LE(pool.account().used(), before + 2 * 10'000);
  auto const heard = drain(large.size() + 10'000);
  EXPECT_TRUE(heard.starts_with(large));
  EXPECT_TRUE(heard.ends_with("01234567890123456789"));
  EXPECT_EQ(heard.size(), large.size() + 10'000);
  EXPECT_EQ(pool.account().used(), 0u);
}

// Order is kept although memory, files of the spool and files of the application follow each other.
TEST_F(OutboxTest, KeepsInAFileWhatMemoryHasNoRoomFor) {
  BufferPool scarce({}, 100'000);
  Outbox spooling(scarce);
  std::string expected;
  for (char c = 'a'; c <= 'z'; ++c) {
    std::string text(100'000, c);
    expected += text;
    iovec piece{text.data(), text.size()};
    spooling.write(transport, {&piece, 1});
  }
  EXPECT_LE(scarce.account().used(), 300'000u);
  EXPECT_GT(scarce.spooled_answers().used(), 1'000'000u);
  EXPECT_LE(spooling.buffered(), 300'000u);
  EXPECT_FALSE(spooling.is_full());
  std::string heard;
  while (heard.size() < expected.size()) {
    auto const piece = pair.hear();
    ASSERT_FALSE(piece.empty());
    heard += piece;
    ASSERT_NE(spooling.flush(transport), Outbox::Status::closed);
  }
  EXPECT_EQ(heard, expected);
  EXPECT_TRUE(spooling.is_empty());
  EXPECT_EQ(scarce.spooled_answers().used(), 0u);
}

// A chunk's frame finds room where the chunk has found none.
TEST_F(OutboxTest, OpensNoFileForEachSmallPieceBehindALargeOneThatFindsNoRoom) {
  BufferPool poor({.chosen = {}, .directories = {"/nonexistent"}, .in_memory = 200'000}, 10'000);
  Outbox spooling(poor);
  auto const files = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  auto const before = files();
  std::string chunk(64 * 1024, 'x'), frame = "\r\n10000\r\n";
  for (int count = 0; count < 100; ++count) {
    iovec content{chunk.data(), chunk.size()}, between{frame.data(), frame.size()};
    spooling.write(transport, {&content, 1});
    spooling.write(transport, {&between, 1});
  }
  EXPECT_TRUE(spooling.is_full());
  EXPECT_LE(files(), before + 2);
}

TEST_F(OutboxTest, SaysThatItIsFullWhereTheSpoolHasNoRoom) {
  BufferPool poor({.chosen = {}, .directories = {"/nonexistent"}, .in_memory = 1000}, 100'000);
  Outbox full(poor);
  std::string text = large;
  for (int i = 0; i < 3; ++i) {
    iovec piece{text.data(), text.size()};
    EXPECT_EQ(full.write(transport, {&piece, 1}), Outbox::Status::pending);
  }
  EXPECT_TRUE(full.is_full());
}

TEST_F(OutboxTest, SaysWhenThePeerIsGone) {
  pair.client.reset();
  EXPECT_EQ(write("anything"), Outbox::Status::closed);
}

}  // namespace
}  // namespace http
