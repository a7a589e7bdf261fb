#include "http/receive_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "http/wide_buffer.h"

namespace http {
namespace {

struct ReceiveBufferTest : testing::Test {
  BufferPool pool{{}, 1'000'000};
  ReceiveBuffer buffer{pool};

  void receive(std::string_view bytes) {
    while (!bytes.empty()) {
      ASSERT_TRUE(buffer.make_room());
      auto const count = std::min(bytes.size(), buffer.room().size());
      std::ranges::copy(bytes.substr(0, count), buffer.room().begin());
      buffer.add(count);
      bytes.remove_prefix(count);
    }
  }
};

TEST_F(ReceiveBufferTest, CountsPlacesFromTheMessageWhereverItLies) {
  receive("first" + std::string(1000, 'f') + "second");
  buffer.drop(1005);
  EXPECT_EQ(buffer.between(0, 3), "sec");
  auto const* const before = buffer.bytes();
  buffer.rest();
  EXPECT_NE(buffer.bytes(), before);
  EXPECT_EQ(buffer.between(0, 3), "sec");
  EXPECT_EQ(buffer.from(3), "ond");
  auto const more = std::string(40'000, 'm');
  receive(more);
  EXPECT_EQ(buffer.from(3), "ond" + more);
}

TEST_F(ReceiveBufferTest, IsChargedForWhatItTakesUpWhileSomebodyIsWaitedFor) {
  receive("some");
  EXPECT_EQ(pool.account().used(), 0u);
  buffer.rest();
  EXPECT_GE(pool.account().used(), 4u);
  EXPECT_LT(pool.account().used(), 1000u);
  receive(std::string(40'000, 'm'));
  EXPECT_GE(pool.account().used(), 40'004u);
  buffer.give_back();
  EXPECT_EQ(pool.account().used(), 0u);
}

TEST_F(ReceiveBufferTest, GrowsNoFurtherWhereTheAccountIsFull) {
  Charge others(pool.account());
  others.set(1'000'000);
  receive(std::string(BufferPool::kBlock, 'a'));
  EXPECT_FALSE(buffer.make_room());
  EXPECT_EQ(buffer.size(), BufferPool::kBlock);
}

TEST_F(ReceiveBufferTest, HasRoomAgainInABlockWhoseBeginningIsDealtWith) {
  receive(std::string(BufferPool::kBlock - 10, 'a') + "the next");
  buffer.drop(BufferPool::kBlock - 10);
  ASSERT_TRUE(buffer.make_room());
  EXPECT_GE(buffer.room().size(), BufferPool::kBlock - 100);
  EXPECT_EQ(buffer.from(0), "the next");
  EXPECT_EQ(pool.account().used(), 0u);
}

TEST_F(ReceiveBufferTest, IsWideWhereNobodyElseIs) {
  receive("head");
  buffer.widen();
  EXPECT_GE(buffer.room().size(), BufferPool::kWide - 4);
  ReceiveBuffer other(pool);
  other.widen();
  EXPECT_LT(other.room().size(), BufferPool::kWide);
  buffer.narrow();
  EXPECT_EQ(buffer.from(0), "head");
  other.widen();
  EXPECT_EQ(other.room().size(), BufferPool::kWide);
}

TEST_F(ReceiveBufferTest, KeepsTheWideOneFromNobodyWhileItRests) {
  buffer.widen();
  receive(std::string(BufferPool::kWide - 5000, 'h'));
  EXPECT_TRUE(is_wide_lent(pool));
  buffer.rest();
  EXPECT_FALSE(is_wide_lent(pool));
  EXPECT_EQ(buffer.from(0), std::string(BufferPool::kWide - 5000, 'h'));
}

TEST_F(ReceiveBufferTest, MayBecomeAsLargeAsTheWideOneWithoutBeingIt) {
  receive(std::string(BufferPool::kWide - 5000, 'h'));
  auto const wide = pool.take_wide();
  EXPECT_TRUE(wide.bytes);
  buffer.give_back();
  EXPECT_TRUE(is_wide_lent(pool));
}

}  // namespace
}  // namespace http
