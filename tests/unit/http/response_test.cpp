#include "http/response.h"

#include <gtest/gtest.h>

#include "http/connection.h"
#include "http/socket_pair.h"

namespace http {
namespace {

using Added = Response::Added;

struct ResponseTest : testing::Test {
  // Brings the connection to where an application would answer `request_line`.
  void receive(std::string_view request_line) {
    pair.say(std::string(request_line) + "\r\nHost: x\r\n\r\n");
    connection.on_event(true, false);
    ASSERT_EQ(connection.phase(), Connection::Phase::ready);
    connection.take();
    response.begin(connection.request());
  }

  // What the client hears, without the lines that are the same in every answer.
  std::string heard() {
    connection.finish(false);
    ::shutdown(connection.socket(), SHUT_WR);
    auto text = pair.hear_all();
    auto const server = text.find("Server: "), date_end = text.find("\r\n", text.find("Date: ")) + 2;
    return text.erase(server, date_end - server);
  }

  SocketPair pair;
  Limits limits;
  Policy policy;
  BufferPool pool;
  LocalEnd local;
  Connection connection{base::Fd(pair.server.release()), Peer{}, local, limits, policy, pool};
  Response response;
};

TEST_F(ResponseTest, ChunksWhatHasNoLength) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.write(connection, "hello");
  response.write(connection, "");
  response.write(connection, std::string(26, 'x'));
  response.finish(connection);
  connection.cut_off();
  EXPECT_EQ(heard(),
            "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nhello\r\n1A\r\n" +
                std::string(26, 'x') + "\r\n0\r\n\r\n");
}

// Nothing is heard before the message ends, and then all of it.
TEST_F(ResponseTest, HoldsWhatMoreFollows) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  for (auto const* const item : {"one", "two", "three"})
    EXPECT_EQ(response.write(connection, item, true), Outbox::Status::sent);
  EXPECT_FALSE(pair.can_hear());
  response.finish(connection);
  EXPECT_TRUE(pair.can_hear());
  EXPECT_TRUE(heard().ends_with("3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"));
}

TEST_F(ResponseTest, HoldsNothingOnceItIsComplete) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.set_known_length(6);
  response.write(connection, "one", true);
  EXPECT_FALSE(pair.can_hear());
  response.write(connection, "two", true);
  EXPECT_TRUE(pair.can_hear());
  EXPECT_TRUE(heard().ends_with("Content-Length: 6\r\n\r\nonetwo"));
}

TEST_F(ResponseTest, HoldsPiecesOfABurst) {
  receive("GET / HTTP/1.0");
  response.set_status(200, "200 OK");
  response.write(connection, "first");
  EXPECT_TRUE(pair.hear().ends_with("first"));
  // On a machine that does other things too, a pause may end it.
  bool is_held = false;
  std::size_t given = 0, came = 0;
  for (; !is_held && given < 30'000; given += 3) {
    for (int i = 0; i < 3; ++i) response.write(connection, "x");
    is_held = pair.can_hear() ? (came += pair.hear().size()) < given + 3 : true;
  }
  EXPECT_TRUE(is_held);
  response.finish(connection);
  connection.finish(false);
  ::shutdown(connection.socket(), SHUT_WR);
  EXPECT_EQ(came + pair.hear_all().size(), given);
}

TEST_F(ResponseTest, ClosesToEndWhatHasNoLengthInHttp10) {
  receive("GET / HTTP/1.0");
  response.set_status(200, "200 OK");
  response.write(connection, "hello");
  response.finish(connection);
  EXPECT_FALSE(response.persists());
  connection.cut_off();
  EXPECT_EQ(heard(), "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello");
}

TEST_F(ResponseTest, CutsContentAtItsLength) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  EXPECT_EQ(response.add_field("Content-Length", "3"), Added::yes);
  response.write(connection, "hel");
  response.write(connection, "lo");
  response.finish(connection);
  EXPECT_TRUE(response.persists());
  EXPECT_EQ(response.content_sent(), 3u);
  connection.cut_off();
  EXPECT_TRUE(heard().ends_with("\r\n\r\nhel"));
}

TEST_F(ResponseTest, DoesNotPersistAfterContentThatFellShort) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.add_field("Content-Length", "9");
  response.write(connection, "short");
  response.finish(connection);
  EXPECT_TRUE(response.is_short());
  EXPECT_FALSE(response.persists());
}

TEST_F(ResponseTest, SendsNoContentToHead) {
  receive("HEAD / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.add_field("Content-Length", "5");
  response.write(connection, "hello");
  response.finish(connection);
  EXPECT_FALSE(response.is_short());
  connection.cut_off();
  EXPECT_EQ(heard(), "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
}

TEST_F(ResponseTest, Sends204And304WithoutContent) {
  receive("GET / HTTP/1.1");
  response.set_status(204, "204 No Content");
  EXPECT_EQ(response.add_field("Content-Length", "5"), Added::ours_to_decide);
  response.write(connection, "hello");
  response.finish(connection);
  connection.cut_off();
  EXPECT_EQ(heard(), "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

TEST_F(ResponseTest, GivesAnEmptyAnswerALength) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.finish(connection);
  connection.cut_off();
  EXPECT_EQ(heard(), "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ResponseTest, ReplacesStatusAndFieldsUntilTheHeadIsSent) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  response.add_field("X-Old", "1");
  response.set_status(500, "500 Oops");
  response.add_field("X-New", "2");
  response.finish(connection);
  connection.cut_off();
  EXPECT_EQ(heard(), "HTTP/1.1 500 Oops\r\nConnection: keep-alive\r\nContent-Length: 0\r\nX-New: 2\r\n\r\n");
}

TEST_F(ResponseTest, KeepsWhatIsTheServersToDecide) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  for (auto const* name : {"Connection", "transfer-encoding", "Server", "DATE", "Keep-Alive", "TE", "Upgrade"})
    EXPECT_EQ(response.add_field(name, "x"), Added::ours_to_decide) << name;
  EXPECT_EQ(response.fields(), "");
}

TEST_F(ResponseTest, RefusesFieldsThatWouldBeginAnother) {
  receive("GET / HTTP/1.1");
  response.set_status(200, "200 OK");
  EXPECT_EQ(response.add_field("X", "a\r\nSet-Cookie: b"), Added::bad_value);
  EXPECT_EQ(response.add_field("X", std::string_view("a\0b", 3)), Added::bad_value);
  EXPECT_EQ(response.add_field("X y", "a"), Added::bad_name);
  EXPECT_EQ(response.add_field("", "a"), Added::bad_name);
  EXPECT_EQ(response.add_field("Content-Length", "-1"), Added::bad_length);
  EXPECT_EQ(response.add_field("Content-Length", "1"), Added::yes);
  EXPECT_EQ(response.add_field("Content-Length", "2"), Added::bad_length);
}

}  // namespace
}  // namespace http
