#include "http/piped_content.h"

#include <gtest/gtest.h>

#include <string>

#include "http/socket_pair.h"

namespace http {
namespace {

using Kind = base::sys::Transfer::Kind;

struct PipedContentTest : testing::Test {
  base::sys::Transfer move(std::size_t most = 1 << 30) { return content.move(pair.server.get(), most); }

  std::string take(std::size_t most) {
    std::string taken(most, '\0');
    taken.resize(content.take(taken));
    return taken;
  }

  SocketPair pair;
  Account pipes{4 * PipedContent::kCapacity};
  PipedContent content{pipes};
};

TEST_F(PipedContentTest, IsTakenInOrder) {
  pair.say("one, ");
  EXPECT_EQ(move().bytes, 5u);
  pair.say("two, three");
  EXPECT_EQ(move(5).bytes, 5u);
  EXPECT_EQ(move().bytes, 5u);
  EXPECT_EQ(move().kind, Kind::again);
  EXPECT_FALSE(content.is_full());
  EXPECT_EQ(content.size(), 15u);
  EXPECT_EQ(take(7), "one, tw");
  EXPECT_EQ(content.size(), 8u);
  EXPECT_EQ(take(100), "o, three");
  EXPECT_EQ(take(100), "");
  EXPECT_TRUE(content.is_used());
}

TEST_F(PipedContentTest, TakesNoPipeBeforeAnythingHasCome) {
  EXPECT_EQ(move().kind, Kind::again);
  EXPECT_FALSE(content.is_full());
  EXPECT_FALSE(content.is_used());
  EXPECT_EQ(pipes.used(), 0u);
}

TEST_F(PipedContentTest, EndsWithItsSender) {
  pair.client.reset();
  EXPECT_EQ(move().kind, Kind::closed);
}

// Each write is a page, or more of them in one piece.
TEST_F(PipedContentTest, GoesOnWithAnotherPipeAsLongAsItMay) {
  std::string const piece(64 << 10, 'x');
  std::size_t said = 0;
  while (!content.is_full()) {
    pair.say(piece);
    said += piece.size();
    while (move().kind == Kind::done) continue;
  }
  EXPECT_GE(content.size(), 4 * PipedContent::kCapacity);
  EXPECT_EQ(pipes.used(), 4 * PipedContent::kCapacity);
  std::string rest(said, '\0');
  auto const unread = base::sys::receive(pair.server.get(), rest).bytes;
  auto const taken = take(said - unread - 1);
  EXPECT_EQ(pipes.used(), PipedContent::kCapacity);
  EXPECT_EQ(taken.size() + take(said).size() + unread, said);
}

TEST_F(PipedContentTest, IsNotForSmallPieces) {
  std::size_t said = 0;
  for (; !content.is_full() && said < 1000; ++said) {
    pair.say(std::string(1, static_cast<char>('a' + said % 26)));
    (void)move();
  }
  EXPECT_TRUE(content.is_full());
  auto const taken = take(1000);
  EXPECT_EQ(taken.size(), said - 1);
  EXPECT_TRUE(taken.starts_with("abcdefghijklmnopqrstuvwxyzab"));
}

TEST_F(PipedContentTest, IsNotForAFullAccount) {
  pipes.change(0, 4 * PipedContent::kCapacity);
  pair.say("one");
  EXPECT_EQ(move().kind, Kind::again);
  EXPECT_TRUE(content.is_full());
  EXPECT_FALSE(content.is_used());
}

TEST_F(PipedContentTest, IsNotForWhatTheKernelCannotMove) {
  auto const counter = base::sys::event_counter();
  ASSERT_TRUE(counter);
  EXPECT_EQ(content.move(counter->get(), 10).kind, Kind::again);
  EXPECT_TRUE(content.is_full());
}

TEST_F(PipedContentTest, BeginsAnewWhenCleared) {
  pair.say("one");
  (void)move();
  EXPECT_EQ(pipes.used(), PipedContent::kCapacity);
  content.clear();
  EXPECT_EQ(pipes.used(), 0u);
  EXPECT_EQ(content.size(), 0u);
  pair.say("two");
  (void)move();
  EXPECT_EQ(take(10), "two");
}

}  // namespace
}  // namespace http
