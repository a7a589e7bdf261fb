// Content that is gathered, and too large for memory: it stays in the pages it came in, as long as there are pipes.
#include <gtest/gtest.h>

#include "http/connection.h"
#include "http/response.h"
#include "http/socket_pair.h"

namespace http {
namespace {

using Phase = Connection::Phase;

constexpr std::size_t kInMemory = 1000;

struct LargeContentTest : testing::Test {
  LargeContentTest() { limits.body_in_memory = kInMemory; }

  Phase hear(std::string_view said) {
    pair.say(said);
    return connection.on_event(true, false);
  }

  Phase hear_head(std::size_t size, std::string_view begin = {}) {
    return hear("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                std::string(begin));
  }

  // The content from here on, as an application reads it.
  std::string take(std::size_t step = 700) {
    std::string all, into(step, '\0');
    for (;;) {
      auto const count = connection.take_content(into, Pace{});
      if (!count) return all + "(failed)";
      if (*count == 0) return all;
      all.append(into, 0, *count);
    }
  }

  Phase answer(std::string_view content) {
    connection.take();
    response.begin(connection.request());
    response.set_status(200, "200 OK");
    response.set_known_length(content.size());
    response.write(connection, content);
    response.finish(connection);
    return connection.finish(response.persists());
  }

  std::string_view path() const { return connection.request().text(connection.request().path); }
  bool is_in_pipes() { return pool.pipes().used() > 0; }

  std::string const text = [] {
    std::string made;
    while (made.size() < 6 * kInMemory) made += std::to_string(made.size()) + " ";
    return made;
  }();

  SocketPair pair;
  Limits limits;
  Policy const policy;
  BufferPool pool;
  LocalEnd local;
  Connection connection{base::Fd(pair.server.release()), Peer{}, local, limits, policy, pool};
  Response response;
};

TEST_F(LargeContentTest, IsTakenAsItCame) {
  ASSERT_EQ(hear_head(text.size(), text.substr(0, 10)), Phase::reading);
  ASSERT_EQ(hear(text.substr(10, 2000)), Phase::reading);
  EXPECT_TRUE(is_in_pipes());
  ASSERT_EQ(hear(text.substr(2010)), Phase::ready);
  EXPECT_FALSE(connection.body());
  EXPECT_FALSE(connection.is_content_coming());
  EXPECT_EQ(connection.content_left(), text.size());
  EXPECT_EQ(take(), text);
  EXPECT_EQ(connection.content_left(), 0u);
}

TEST_F(LargeContentTest, EndsWhereTheNextRequestBegins) {
  ASSERT_EQ(hear_head(text.size()), Phase::reading);
  ASSERT_EQ(hear(text + "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"), Phase::ready);
  EXPECT_EQ(take(), text);
  EXPECT_EQ(answer("1"), Phase::ready);
  EXPECT_FALSE(is_in_pipes());
  EXPECT_EQ(path(), "/2");
  EXPECT_EQ(connection.body(), "");
}

TEST_F(LargeContentTest, NeedNotBeTaken) {
  for (auto i = 0; i < 3; ++i) {
    ASSERT_EQ(hear_head(text.size()), Phase::reading);
    ASSERT_EQ(hear(text), Phase::ready);
    EXPECT_EQ(answer("1"), Phase::reading);
    EXPECT_FALSE(is_in_pipes());
  }
}

// So many small pieces as a pipe has room for, and then larger ones.
TEST_F(LargeContentTest, GoesOnInAFileWhereItComesInSmallPieces) {
  ASSERT_EQ(hear_head(text.size(), text.substr(0, 10)), Phase::reading);
  for (std::size_t at = 10; at < 410; ++at) ASSERT_EQ(hear(text.substr(at, 1)), Phase::reading);
  ASSERT_EQ(hear(text.substr(410, 3000)), Phase::reading);
  ASSERT_EQ(hear(text.substr(3410)), Phase::ready);
  EXPECT_TRUE(is_in_pipes());
  EXPECT_EQ(connection.content_left(), text.size());
  EXPECT_EQ(take(), text);
  EXPECT_EQ(answer("1"), Phase::reading);
}

TEST_F(LargeContentTest, GoesToAFileWhereThereAreNoPipes) {
  pool.pipes().change(0, std::size_t{1} << 40);
  ASSERT_EQ(hear_head(text.size(), text.substr(0, 10)), Phase::reading);
  ASSERT_EQ(hear(text.substr(10)), Phase::ready);
  EXPECT_EQ(connection.body(), text);
}

TEST_F(LargeContentTest, GoesToAFileWhereItIsChunked) {
  ASSERT_EQ(hear("POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1770\r\n"), Phase::reading);
  ASSERT_EQ(hear(text.substr(0, 0x1770) + "\r\n0\r\n\r\n"), Phase::ready);
  EXPECT_FALSE(is_in_pipes());
  EXPECT_EQ(connection.body(), text.substr(0, 0x1770));
}

TEST_F(LargeContentTest, StaysInMemoryWhereItFits) {
  ASSERT_EQ(hear_head(kInMemory), Phase::reading);
  ASSERT_EQ(hear(text.substr(0, kInMemory)), Phase::ready);
  EXPECT_FALSE(is_in_pipes());
  EXPECT_EQ(connection.body(), text.substr(0, kInMemory));
}

TEST_F(LargeContentTest, EndsWithAClientThatLeaves) {
  ASSERT_EQ(hear_head(text.size()), Phase::reading);
  ASSERT_EQ(hear(text.substr(0, 2000)), Phase::reading);
  pair.client.reset();
  EXPECT_EQ(connection.on_event(true, false, true), Phase::closed);
}

// Whoever goes on with it elsewhere would have to have it all.
TEST_F(LargeContentTest, CannotMove) {
  ASSERT_EQ(hear_head(text.size()), Phase::reading);
  ASSERT_EQ(hear(text), Phase::ready);
  EXPECT_FALSE(connection.message_as_received());
}

}  // namespace
}  // namespace http
