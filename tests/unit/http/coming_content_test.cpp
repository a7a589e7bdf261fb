// Content that the application takes while it comes (Policy::gathers_content off).
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "http/connection.h"
#include "http/response.h"
#include "http/socket_pair.h"
#include "tls/tls_pair.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using Phase = Connection::Phase;

Policy takes_while_it_comes() {
  Policy policy;
  policy.gathers_content = false;
  return policy;
}

struct ComingContentTest : testing::Test {
  Phase hear(std::string_view text) {
    pair.say(text);
    return connection.on_event(true, false);
  }

  // At most `most` bytes, as an application reads them; "(failed)" where the rest does not come.
  std::string take(std::size_t most = 100) {
    std::string into(most, '\0');
    auto const count = connection.take_content(into, pace);
    if (!count) return "(failed)";
    into.resize(*count);
    return into;
  }

  // Up to the end.
  std::string take_all(std::size_t most = 100) {
    std::string all;
    for (auto piece = take(most); !piece.empty(); piece = take(most)) {
      all += piece;
      if (piece == "(failed)") break;
    }
    return all;
  }

  Phase answer(std::string_view content) {
    response.begin(connection.request());
    response.set_status(200, "200 OK");
    response.set_known_length(content.size());
    EXPECT_TRUE(connection.claim_answer());
    response.write(connection, content);
    response.finish(connection);
    return connection.finish(response.persists());
  }

  std::string_view path() const { return connection.request().text(connection.request().path); }

  SocketPair pair;
  Limits limits;
  Policy const policy = takes_while_it_comes();
  BufferPool pool;
  LocalEnd local;
  Pace pace{5s};
  Connection connection{base::Fd(pair.server.release()), Peer{}, local, limits, policy, pool};
  Response response;
};

std::string post(std::string_view framing) {
  return "POST /1 HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n\r\n";
}

constexpr std::string_view kGet = "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";

// The client reads before it sends.
TEST_F(ComingContentTest, WhatIsPendingGoesOnWhileContentIsWaitedFor) {
  hear("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
  std::string large(1 << 20, 'x');
  iovec piece{large.data(), large.size()};
  ASSERT_EQ(connection.send({&piece, 1}), Outbox::Status::pending);
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) connection.send_held();
  });
  std::thread client([&] {
    std::size_t heard = 0;
    for (std::size_t more = 1; more > 0 && heard < large.size(); heard += more) more = pair.hear().size();
    pair.say(heard == large.size() ? "done" : "lost");
  });
  EXPECT_EQ(take(), "done");
  is_over = true;
  other.join();
  client.join();
}

// Who answers for an application that is late (send_last) and the application that still reads share a session.
TEST_F(ComingContentTest, IsTakenOverTlsWhileOthersAnswer) {
  tls::TlsPair ends;
  ASSERT_NO_FATAL_FAILURE(ends.connect(TLS1_3_VERSION));
  Connection encrypted(Transport(std::move(ends.server_end), std::move(ends.session)), Peer{}, local, limits, policy,
                       pool);
  constexpr std::size_t kSize = 1 << 24;
  auto const head = post("Content-Length: " + std::to_string(kSize));
  ASSERT_EQ(SSL_write(ends.client, head.data(), static_cast<int>(head.size())), static_cast<int>(head.size()));
  while (encrypted.on_event(true, false) != Phase::ready) ASSERT_NE(encrypted.phase(), Phase::closed);
  encrypted.take();
  std::atomic<std::size_t> taken = 0;
  std::atomic<bool> is_over = false;
  std::thread client([&] {
    std::string const piece(1000, 'x');
    while (!is_over) (void)SSL_write(ends.client, piece.data(), static_cast<int>(piece.size()));
  });
  std::thread other([&] {
    while (taken.load(std::memory_order_relaxed) < 100'000) continue;
    std::string text = "late";
    EXPECT_EQ(encrypted.send_last({text.data(), text.size()}).kind, base::sys::Transfer::Kind::done);
  });
  std::string into(700, ' ');
  while (auto const more = encrypted.take_content(into, pace)) taken.fetch_add(*more, std::memory_order_relaxed);
  EXPECT_GE(taken, 100'000u);
  EXPECT_LT(taken, kSize);
  other.join();
  is_over = true;
  client.join();
  std::string heard(100, ' ');
  auto const count = SSL_read(ends.client, heard.data(), static_cast<int>(heard.size()));
  EXPECT_EQ(heard.substr(0, static_cast<std::size_t>(std::max(count, 0))), "late");
}

TEST_F(ComingContentTest, IsTakenAsItComes) {
  ASSERT_EQ(hear(post("Content-Length: 10") + "abc"), Phase::ready);
  connection.take();
  EXPECT_TRUE(connection.is_content_coming());
  EXPECT_EQ(connection.content_left(), 10u);
  EXPECT_EQ(take(2), "ab");
  EXPECT_EQ(take(), "c");
  EXPECT_EQ(connection.content_left(), 7u);
  pair.say("defg");
  EXPECT_EQ(take(), "defg");
  pair.say("hij");
  EXPECT_EQ(take(1), "h");
  EXPECT_EQ(take(), "ij");
  EXPECT_EQ(take(), "");
  EXPECT_EQ(answer("done"), Phase::reading);
  EXPECT_TRUE(pair.hear().contains("Connection: keep-alive"));
}

TEST_F(ComingContentTest, IsNotComingWhereAllOfItIsThere) {
  ASSERT_EQ(hear(post("Content-Length: 3") + "abc"), Phase::ready);
  connection.take();
  EXPECT_FALSE(connection.is_content_coming());
  EXPECT_EQ(connection.body(), "abc");
}

TEST_F(ComingContentTest, EndsWhereTheNextRequestBegins) {
  for (std::size_t const most : {100, 100'000}) {
    ASSERT_EQ(hear(post("Content-Length: 20000") + "abc"), Phase::ready);
    connection.take();
    pair.say(std::string(19'997, 'x') + std::string(kGet));
    EXPECT_EQ(take_all(most), "abc" + std::string(19'997, 'x'));
    connection.note_event(true, false);
    ASSERT_EQ(answer("first"), Phase::ready);
    EXPECT_EQ(path(), "/2");
    connection.take();
    EXPECT_EQ(answer("second"), Phase::reading);
    pair.hear();
  }
}

TEST_F(ComingContentTest, OfChunksIsTakenWithoutThem) {
  ASSERT_EQ(hear(post("Transfer-Encoding: chunked") + "1\r\na\r\n2;x=y\r\nb"), Phase::ready);
  connection.take();
  EXPECT_EQ(connection.content_left(), std::nullopt);
  EXPECT_EQ(take(), "ab");
  pair.say("c\r\n3\r\ndef\r\n4\r");
  EXPECT_EQ(take(), "cdef");
  pair.say("\nghij\r\n0\r\nTrailer-Field: x\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(take_all(3), "ghij");
  ASSERT_EQ(answer("first"), Phase::ready);
  EXPECT_EQ(path(), "/2");
}

TEST_F(ComingContentTest, OfManyChunksNeedsNoMoreThanTheBuffer) {
  ASSERT_EQ(hear(post("Transfer-Encoding: chunked")), Phase::ready);
  connection.take();
  std::string const piece(3000, 'x');
  std::thread client([&] {
    for (int i = 0; i < 100; ++i) pair.say("bb8\r\n" + piece + "\r\n");
    pair.say("0\r\n\r\n");
  });
  EXPECT_EQ(take_all(1000).size(), 300'000u);
  client.join();
  EXPECT_EQ(pool.account().used(), 0u);
}

TEST_F(ComingContentTest, ThatIsNotTakenEndsTheConnection) {
  ASSERT_EQ(hear(post("Content-Length: 10") + "abc"), Phase::ready);
  connection.take();
  EXPECT_EQ(answer("no"), Phase::lingering);
  EXPECT_TRUE(pair.hear_all().contains("Connection: close"));
}

TEST_F(ComingContentTest, IsAskedForWhenItIsWanted) {
  ASSERT_EQ(hear(post("Expect: 100-continue\r\nContent-Length: 2")), Phase::ready);
  connection.take();
  std::thread client([&] {
    EXPECT_EQ(pair.hear(), "HTTP/1.1 100 Continue\r\n\r\n");
    pair.say("ok");
  });
  EXPECT_EQ(take(), "ok");
  client.join();
}

TEST_F(ComingContentTest, IsNotAskedForOnceTheAnswerHasBegun) {
  ASSERT_EQ(hear(post("Expect: 100-continue\r\nContent-Length: 2")), Phase::ready);
  connection.take();
  EXPECT_EQ(answer("no"), Phase::lingering);
  EXPECT_TRUE(pair.hear_all().starts_with("HTTP/1.1 200"));
}

TEST_F(ComingContentTest, DoesNotComeWhenTheClientLeaves) {
  ASSERT_EQ(hear(post("Content-Length: 10") + "abc"), Phase::ready);
  connection.take();
  pair.client.reset();
  EXPECT_EQ(take(), "abc");
  EXPECT_EQ(take(), "(failed)");
  EXPECT_EQ(take(), "(failed)");
  EXPECT_EQ(connection.content_failure()->status, 400);
  EXPECT_EQ(connection.output_status(), Outbox::Status::closed);
  EXPECT_EQ(connection.finish(false), Phase::closed);
}

TEST_F(ComingContentTest, DoesNotComeWhereItIsMalformed) {
  ASSERT_EQ(hear(post("Transfer-Encoding: chunked") + "1\r\na\r\n"), Phase::ready);
  connection.take();
  pair.say("nonsense\r\n");
  EXPECT_EQ(take(), "a");
  EXPECT_EQ(take(), "(failed)");
  EXPECT_EQ(connection.content_failure()->status, 400);
  EXPECT_EQ(answer("sorry"), Phase::lingering);
}

TEST_F(ComingContentTest, DoesNotComeBeyondTheLimit) {
  limits.body = 4;
  ASSERT_EQ(hear(post("Transfer-Encoding: chunked") + "3\r\nabc\r\n"), Phase::ready);
  connection.take();
  pair.say("2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(take(), "abc");
  EXPECT_EQ(take(), "(failed)");
  EXPECT_EQ(connection.content_failure()->status, 413);
}

TEST_F(ComingContentTest, IsLateAfterTheTimeThatWasWaited) {
  pace = {20ms, 1000};
  ASSERT_EQ(hear(post("Content-Length: 1000")), Phase::ready);
  connection.take();
  pair.say(std::string(10, 'x'));  // of 20 that are asked for
  EXPECT_EQ(take().size(), 10u);
  EXPECT_EQ(take(), "(failed)");
  EXPECT_EQ(connection.content_failure()->status, 408);
}

// One byte each time it reads is no more than one byte in all that time.
TEST_F(ComingContentTest, IsLateHoweverOftenItIsAskedFor) {
  pace = {50ms, 1000};
  ASSERT_EQ(hear(post("Content-Length: 1000")), Phase::ready);
  connection.take();
  std::atomic<bool> is_over = false;
  std::thread client([&] {
    for (int i = 0; i < 500 && !is_over; ++i) {
      pair.say("x");
      std::this_thread::sleep_for(5ms);
    }
  });
  auto const taken = take_all(1);
  is_over = true;
  client.join();
  EXPECT_TRUE(taken.ends_with("(failed)"));
  EXPECT_EQ(connection.content_failure()->status, 408);
}

TEST_F(ComingContentTest, IsNotLateForWhatTheApplicationDoesInBetween) {
  pace = {20ms};
  ASSERT_EQ(hear(post("Content-Length: 4") + "a"), Phase::ready);
  connection.take();
  for (std::string const expected : {"a", "b", "c", "d"}) {
    EXPECT_EQ(take(), expected);
    std::this_thread::sleep_for(30ms);
    if (expected != "d") pair.say({&"abcd"[expected[0] - 'a' + 1], 1});
  }
  EXPECT_EQ(take(), "");
}

TEST_F(ComingContentTest, BehindAnAnswerThatIsHeldLetsItGo) {
  ASSERT_EQ(hear(std::string(kGet) + post("Content-Length: 2")), Phase::ready);
  connection.take();
  response.begin(connection.request());
  response.set_status(200, "200 OK");
  response.set_known_length(5);
  response.write(connection, "first");
  response.finish(connection);
  ASSERT_EQ(connection.finish(true, true), Phase::ready);
  connection.take();
  std::thread client([&] {
    EXPECT_TRUE(pair.hear().ends_with("first"));
    pair.say("ok");
  });
  EXPECT_EQ(take(), "ok");
  client.join();
}

}  // namespace
}  // namespace http
