#include "http/content.h"

#include <gtest/gtest.h>

#include <utility>

#include <array>

namespace http {
namespace {

struct ContentTest : testing::Test {
  Limits limits;
  BufferPool pool;
  Content content{limits, pool, true};
};

struct TakenContentTest : ContentTest {
  Content coming{limits, pool, false};
};

TEST_F(ContentTest, StaysInTheBufferAsLongAsItLiesThereInOnePiece) {
  std::string buffer = "head content";
  EXPECT_FALSE(content.add(buffer.data(), std::string_view(buffer).substr(5, 3)));
  EXPECT_FALSE(content.add(buffer.data(), std::string_view(buffer).substr(8)));
  EXPECT_FALSE(content.is_stored());
  EXPECT_FALSE(content.finish(buffer.data()));
  EXPECT_EQ(content.view(), "content");
  EXPECT_EQ(content.view().data(), buffer.data() + 5);
}

TEST_F(ContentTest, MovesWithTheBuffer) {
  std::string buffer = "head content";
  EXPECT_FALSE(content.add(buffer.data(), std::string_view(buffer).substr(5)));
  std::string moved = std::exchange(buffer, {});
  EXPECT_FALSE(content.finish(moved.data()));
  EXPECT_EQ(content.view(), "content");
}

TEST_F(ContentTest, IsOneEvenWhereTheBufferHasGaps) {
  std::string buffer = "con\r\n4\r\ntent";
  EXPECT_FALSE(content.add(buffer.data(), std::string_view(buffer).substr(0, 3)));
  EXPECT_FALSE(content.add(buffer.data(), std::string_view(buffer).substr(8)));
  EXPECT_TRUE(content.is_stored());
  EXPECT_EQ(content.size(), 7u);
  EXPECT_FALSE(content.finish(buffer.data()));
  EXPECT_EQ(content.view(), "content");
}

TEST_F(TakenContentTest, IsOneInTheBufferWhereItIsTakenWhileItComes) {
  std::string buffer = "con\r\n4\r\ntent";
  EXPECT_FALSE(coming.add(buffer.data(), std::string_view(buffer).substr(0, 3)));
  EXPECT_FALSE(coming.add(buffer.data(), std::string_view(buffer).substr(8)));
  EXPECT_FALSE(coming.is_stored());
  std::array<char, 5> some;
  EXPECT_EQ(coming.take(buffer.data(), some), 5u);
  EXPECT_EQ(std::string_view(some.data(), 5), "conte");
  EXPECT_EQ(coming.take(buffer.data(), some), 2u);
  EXPECT_EQ(std::string_view(some.data(), 2), "nt");
  EXPECT_EQ(coming.take(buffer.data(), some), 0u);
  EXPECT_EQ(coming.size(), 7u);
}

TEST_F(TakenContentTest, CountsWhatWasTakenTowardsTheLimit) {
  limits.body = 10;
  std::string buffer = "content";
  EXPECT_FALSE(coming.add(buffer.data(), buffer));
  std::array<char, 10> all;
  EXPECT_EQ(coming.take(buffer.data(), all), 7u);
  EXPECT_FALSE(coming.begin_chunk(3));
  EXPECT_EQ(coming.begin_chunk(4)->status, 413);
}

TEST_F(ContentTest, LendsNoMoreRoomThanIsMissing) {
  auto const room = content.room(3);
  ASSERT_TRUE(room);
  EXPECT_LE(room->size(), 3u);
}

TEST_F(ContentTest, CountsWhatHasComeTowardsTheLimit) {
  limits.body = 10;
  std::string buffer = "content";
  EXPECT_FALSE(content.expect(10));
  EXPECT_FALSE(content.add(buffer.data(), buffer));
  EXPECT_FALSE(content.begin_chunk(3));
  EXPECT_EQ(content.begin_chunk(4)->status, 413);
}

TEST_F(ContentTest, ForgetsAllOfTheMessageBefore) {
  std::string buffer = "content";
  EXPECT_FALSE(content.add(buffer.data(), buffer));
  EXPECT_FALSE(content.begin_chunk(0));
  content.count_trailers(limits.field_size);
  EXPECT_EQ(content.trailer_room(), 0u);
  content.clear();
  EXPECT_EQ(content.size(), 0u);
  EXPECT_FALSE(content.is_in_trailers());
  EXPECT_EQ(content.trailer_room(), limits.field_size);
}

}  // namespace
}  // namespace http
