#include "http/connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "http/response.h"
#include "http/socket_pair.h"

namespace http {
namespace {

using Phase = Connection::Phase;
using Wait = Connection::Wait;

struct ConnectionTest : testing::Test {
  // The client says `text`, and the loop notices.
  Phase hear(std::string_view text) {
    pair.say(text);
    return connection.on_event(true, false);
  }

  // Answers as an application that returns one piece.
  Phase answer(std::string_view content, bool persists = true, bool goes_on = false) {
    connection.take();
    say_ok(content, persists);
    return connection.finish(response.persists(), goes_on);
  }

  void say_ok(std::string_view content, bool persists = true) {
    response.begin(connection.request());
    if (!persists) response.forbid_persistence();
    response.set_status(200, "200 OK");
    response.set_known_length(content.size());
    response.write(connection, content);
    response.finish(connection);
  }

  SocketPair pair;
  Limits limits;
  Policy policy;
  BufferPool pool;
  LocalEnd local;
  Connection connection{base::Fd(pair.server.release()), Peer{}, local, limits, policy, pool};
  Response response;
};

constexpr std::string_view kGet = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(ConnectionTest, AnswersAndWaitsForTheNextRequest) {
  EXPECT_EQ(connection.waits_for(), Wait::opening);
  EXPECT_EQ(hear(kGet), Phase::ready);
  EXPECT_EQ(answer("hello"), Phase::reading);
  EXPECT_EQ(connection.waits_for(), Wait::request);
  auto const heard = pair.hear();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 200 OK\r\nServer: monoceros\r\nDate: ")) << heard;
  EXPECT_TRUE(heard.ends_with("Connection: keep-alive\r\nContent-Length: 5\r\n\r\nhello")) << heard;
  EXPECT_EQ(hear(kGet), Phase::ready);
}

TEST_F(ConnectionTest, BeginningOfTheNextRequestIsChargedWhileTheRestIsWaitedFor) {
  EXPECT_EQ(hear(std::string(kGet) + "GET /2"), Phase::ready);
  EXPECT_EQ(pool.account().used(), 0u);
  EXPECT_EQ(answer("hello"), Phase::reading);
  EXPECT_GT(pool.account().used(), 0u);
  EXPECT_LT(pool.account().used(), 1000u);
}

// RFC 9110 section 9.3.2.
TEST_F(ConnectionTest, RefusalOfHeadHasNoContent) {
  hear("HEAD / HTTP/1.1\r\nHost: x\r\nNo Name: x\r\n\r\n");
  auto const heard = pair.hear();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 ")) << heard;
  EXPECT_TRUE(heard.contains("Content-Length: ")) << heard;
  EXPECT_TRUE(heard.ends_with("\r\n\r\n")) << heard;
}

// A reader that takes nothing costs as much as the level says, and the time it is given.
TEST_F(ConnectionTest, GivesUpOnAReaderThatTakesNothing) {
  hear(kGet);
  std::string large(1 << 20, 'x');
  iovec piece{large.data(), large.size()};
  EXPECT_EQ(connection.send({&piece, 1}), Outbox::Status::pending);
  EXPECT_EQ(connection.drain_to(1 << 30, {base::Duration::zero()}), Outbox::Status::pending);
  EXPECT_FALSE(connection.has_stalled());
  EXPECT_EQ(connection.drain_to(1000, {std::chrono::milliseconds(20)}), Outbox::Status::closed);
  EXPECT_TRUE(connection.has_stalled());
}

TEST_F(ConnectionTest, WaitsForAReaderThatTakesALittleNowAndThen) {
  hear(kGet);
  std::string large(1 << 20, 'x');
  iovec piece{large.data(), large.size()};
  EXPECT_EQ(connection.send({&piece, 1}), Outbox::Status::pending);
  std::thread reader([&] {
    for (std::size_t heard = 0; heard < large.size();) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      auto const more = pair.hear().size();
      if (more == 0) return;
      heard += more;
    }
  });
  EXPECT_NE(connection.drain_to(1000, {std::chrono::milliseconds(250)}), Outbox::Status::closed);
  EXPECT_FALSE(connection.has_stalled());
  reader.join();
}

TEST_F(ConnectionTest, ServesPipelinedRequestsOneAfterTheOther) {
  EXPECT_EQ(hear(std::string(kGet) + "GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET"), Phase::ready);
  EXPECT_EQ(connection.request().text(connection.request().path), "/1");
  EXPECT_EQ(answer("a"), Phase::ready);
  EXPECT_EQ(connection.request().text(connection.request().path), "/2");
  EXPECT_EQ(answer("b"), Phase::reading);
  EXPECT_EQ(connection.waits_for(), Wait::head);
}

// The numbers of the answers in what was heard, whose contents are their numbers.
std::string contents(std::string_view heard) {
  std::string all;
  for (auto at = heard.find("\r\n\r\n"); at != heard.npos; at = heard.find("\r\n\r\n", at + 1)) all += heard[at + 4];
  return all;
}

TEST_F(ConnectionTest, AnswersToRequestsThatCameTogetherGoOutTogether) {
  hear(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer("1", true, true), Phase::ready);
  EXPECT_EQ(answer("2", true, true), Phase::ready);
  EXPECT_EQ(connection.output_status(), Outbox::Status::sent);
  EXPECT_FALSE(pair.can_hear());
  EXPECT_EQ(answer("3", true, true), Phase::reading);
  EXPECT_EQ(contents(pair.hear()), "123");
}

TEST_F(ConnectionTest, HoldsNothingForALaneThatDoesNotGoOn) {
  hear(std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer("1"), Phase::ready);
  EXPECT_EQ(contents(pair.hear()), "1");
}

TEST_F(ConnectionTest, HoldsNothingForARequestThatIsNotComplete) {
  hear(std::string(kGet) + "GET /2 HT");
  EXPECT_EQ(answer("1", true, true), Phase::reading);
  EXPECT_EQ(contents(pair.hear()), "1");
  EXPECT_EQ(connection.waits_for(), Wait::head);
  EXPECT_EQ(hear("TP/1.1\r\nHost: x\r\n\r\n"), Phase::ready);
}

TEST_F(ConnectionTest, WhatIsHeldComesBeforeARefusal) {
  hear(std::string(kGet) + "nonsense\r\n\r\n");
  EXPECT_EQ(answer("1", true, true), Phase::lingering);
  auto const heard = pair.hear_all();
  EXPECT_EQ(contents(heard).front(), '1');
  EXPECT_TRUE(heard.contains("HTTP/1.1 400 Bad Request")) << heard;
}

TEST_F(ConnectionTest, WhatIsHeldComesBeforeAnOfferToContinue) {
  hear(std::string(kGet) + "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(answer("1", true, true), Phase::reading);
  auto const heard = pair.hear() + (pair.can_hear() ? pair.hear() : "");
  EXPECT_TRUE(heard.ends_with("\r\n\r\n1HTTP/1.1 100 Continue\r\n\r\n")) << heard;
}

TEST_F(ConnectionTest, WhatIsHeldComesBeforeALargeAnswerAndAfterThatNothingIs) {
  hear(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer("1", true, true), Phase::ready);
  EXPECT_EQ(answer("2" + std::string(20'000, 'x'), true, true), Phase::ready);
  auto const heard = pair.hear();
  EXPECT_EQ(contents(heard), "12");
  EXPECT_TRUE(heard.ends_with("xxx"));
}

TEST_F(ConnectionTest, NoMoreIsHeldThanALittle) {
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += kGet;
  hear(requests);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(answer(std::string(2000, 'x'), true, true), Phase::ready);
  EXPECT_TRUE(pair.can_hear());
}

TEST_F(ConnectionTest, WhatIsHeldSurvivesAFailureAfterIt) {
  hear(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer("1", true, true), Phase::ready);
  connection.take();
  say_ok("2");
  connection.cut_off();
  EXPECT_EQ(connection.finish(false), Phase::closed);
  EXPECT_EQ(contents(pair.hear()), "12");
}

TEST_F(ConnectionTest, OthersSendWhatIsHeldForTooLong) {
  hear(std::string(kGet) + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(answer("1", true, true), Phase::ready);
  connection.take();
  std::thread([&] { connection.send_held(); }).join();
  EXPECT_EQ(contents(pair.hear()), "1");
  say_ok("2");
  EXPECT_FALSE(pair.can_hear());
  EXPECT_EQ(connection.finish(true), Phase::ready);
  EXPECT_EQ(contents(pair.hear()), "2");
}

// With ThreadSanitizer: two threads, one outbox.
TEST_F(ConnectionTest, OthersMaySendWhatIsHeldAtAnyMoment) {
  constexpr int kRounds = 200;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) connection.send_held();
  });
  std::string heard;
  for (int round = 0; round < kRounds; ++round) {
    hear(std::string(kGet) + std::string(kGet) + std::string(kGet));
    for (auto const* const content : {"1", "2", "3"}) answer(content, true, true);
    while (std::ranges::count(heard, 'O') < 3 * (round + 1)) heard += pair.hear();
  }
  is_over = true;
  other.join();
  EXPECT_EQ(connection.phase(), Phase::reading);
  EXPECT_EQ(contents(heard).size(), 3U * kRounds);
}

TEST_F(ConnectionTest, PiecesBehindWhichMoreComeGoOutTogether) {
  hear(kGet);
  connection.take();
  std::string small(8000, 'a');
  for (int i = 0; i < 8; ++i) {
    iovec piece{small.data(), small.size()};
    EXPECT_EQ(connection.send_soon({&piece, 1}), Outbox::Status::sent);
    EXPECT_EQ(connection.output_status(), Outbox::Status::sent);
    EXPECT_FALSE(connection.waits_for_others());
    EXPECT_FALSE(pair.can_hear());
  }
  iovec ninth{small.data(), small.size()};
  connection.send_soon({&ninth, 1});  // there is no room for it
  EXPECT_EQ(pair.hear(), std::string(8 * 8000, 'a'));
  EXPECT_FALSE(pair.can_hear());
  std::string last(8000, 'b');
  iovec piece{last.data(), last.size()};
  EXPECT_EQ(connection.send({&piece, 1}), Outbox::Status::sent);
  EXPECT_EQ(pair.hear(), small + last);
}

TEST_F(ConnectionTest, LargePieceGoesAtOnceBehindWhatIsHeld) {
  hear(kGet);
  connection.take();
  std::string small(10, 'a'), large(30'000, 'b');
  iovec first{small.data(), small.size()}, second{large.data(), large.size()};
  connection.send_soon({&first, 1});
  EXPECT_EQ(connection.send_soon({&second, 1}), Outbox::Status::sent);
  EXPECT_EQ(pair.hear() + (pair.can_hear() ? pair.hear() : ""), small + large);
}

TEST_F(ConnectionTest, OthersSendPiecesThatNoneFollows) {
  hear(kGet);
  connection.take();
  std::string text = "piece";
  iovec piece{text.data(), text.size()};
  connection.send_soon({&piece, 1});
  std::thread([&] { connection.send_held(); }).join();
  EXPECT_EQ(pair.hear(), "piece");
  connection.send_soon({&piece, 1});
  EXPECT_EQ(connection.finish(true, true), Phase::reading);
  EXPECT_EQ(pair.hear(), "piece");
}

TEST_F(ConnectionTest, PiecesForAClientThatIsGoneEnd) {
  hear(kGet);
  connection.take();
  pair.client.reset();
  std::string text(8000, 'a');
  int sent = 0;
  iovec piece{text.data(), text.size()};
  while (sent < 100 && connection.send_soon({&piece, 1}) != Outbox::Status::closed) ++sent;
  EXPECT_EQ(sent, 8);
}

// A reader that takes nothing: what is held is bounded as what is pending is.
TEST_F(ConnectionTest, PiecesForAReaderThatTakesNothingFillTheOutbox) {
  hear(kGet);
  connection.take();
  std::string text(8000, 'a');
  iovec piece{text.data(), text.size()};
  std::size_t sent = 0;
  while (connection.send_soon({&piece, 1}) == Outbox::Status::sent && sent < 100 << 20) sent += text.size();
  EXPECT_LT(sent, std::size_t{4} << 20);
  std::string heard;
  connection.hold_pending();
  while (heard.size() < sent + text.size()) {
    connection.send_held();
    heard += pair.hear();
  }
  EXPECT_EQ(heard.size(), sent + text.size());
}

// The client takes it in turn with those who send it, and with the application.
TEST_F(ConnectionTest, OthersSendWhatIsPendingAsTheClientTakesIt) {
  constexpr std::size_t kPiece = 1 << 20;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) connection.send_held();
  });
  hear(kGet);
  connection.take();
  std::string heard;
  std::size_t sent = 0;
  for (char const letter : {'a', 'b', 'c'}) {
    std::string large(kPiece, letter);
    iovec piece{large.data(), large.size()};
    EXPECT_EQ(connection.send({&piece, 1}), Outbox::Status::pending);
    sent += kPiece;
    connection.hold_pending();
    while (heard.size() < sent - kPiece / 2) heard += pair.hear();
  }
  while (heard.size() < sent) heard += pair.hear();
  is_over = true;
  other.join();
  EXPECT_EQ(heard, std::string(kPiece, 'a') + std::string(kPiece, 'b') + std::string(kPiece, 'c'));
  EXPECT_EQ(connection.finish(true, true), Phase::reading);
}

// What does not fit waits in the loop, as ever.
TEST_F(ConnectionTest, NextAnswerDoesNotBeginBehindWhatIsPending) {
  hear(std::string(kGet) + std::string(kGet));
  connection.take();
  std::string large(1 << 20, 'x');
  iovec piece{large.data(), large.size()};
  connection.send({&piece, 1});
  connection.hold_pending();
  EXPECT_FALSE(connection.waits_for_others());
  EXPECT_EQ(connection.finish(true, true), Phase::draining);
}

TEST_F(ConnectionTest, ReadsAClientThatSendsByteByByte) {
  for (char const c : kGet.substr(0, kGet.size() - 1)) ASSERT_EQ(hear({&c, 1}), Phase::reading);
  EXPECT_EQ(hear("\n"), Phase::ready);
}

TEST_F(ConnectionTest, ClosesAfterAnAnswerThatEndsTheConnection) {
  hear(kGet);
  EXPECT_EQ(answer("bye", false), Phase::closed);
  EXPECT_NE(pair.hear().find("Connection: close"), std::string::npos);
}

TEST_F(ConnectionTest, OffersToContinueOnce) {
  hear("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(pair.hear(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(connection.waits_for(), Wait::content);
  EXPECT_EQ(hear("o"), Phase::reading);
  EXPECT_EQ(hear("k"), Phase::ready);
  EXPECT_EQ(connection.body(), "ok");
}

TEST_F(ConnectionTest, OffersNothingToAClientThatSendsAnyway) {
  hear("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
  answer("done");
  EXPECT_TRUE(pair.hear().starts_with("HTTP/1.1 200"));
}

TEST_F(ConnectionTest, ReadsOnAfterARefusalAsLongAsTheClientSends) {
  hear("NONSENSE\r\n\r\n");
  EXPECT_TRUE(pair.hear().ends_with("</html>\n"));
  std::string const rubbish(50'000, 'x');
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(hear(rubbish), Phase::lingering);
    while (connection.has_more()) ASSERT_EQ(connection.resume(), Phase::lingering);
  }
  pair.client.reset();
  EXPECT_EQ(connection.on_event(true, false, true), Phase::closed);
}

TEST_F(ConnectionTest, LingersAlsoWhenTheRefusalHadToWait) {
  // What the client does not read holds the refusal up.
  hear(std::string(kGet) + "NONSENSE\r\n\r\n");
  connection.take();
  response.begin(connection.request());
  response.set_status(200, "200 OK");
  std::string const content(1 << 20, 'x');
  response.set_known_length(content.size());
  response.write(connection, content);
  response.finish(connection);
  ASSERT_EQ(connection.finish(response.persists()), Phase::draining);
  std::string heard;
  while (connection.phase() == Phase::draining) {
    heard += pair.hear();
    connection.on_event(false, true);
    connection.take_refusal();
  }
  EXPECT_EQ(connection.phase(), Phase::lingering);
  EXPECT_TRUE((heard + pair.hear_all()).ends_with("</html>\n"));
}

constexpr std::string_view kAnnouncement = "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\n";

struct AnnouncedConnectionTest : ConnectionTest {
  void expect(bool is_allowed) {
    Peer peer;
    peer.address = "10.0.0.1";
    peer.port = "1";
    peer.is_trusted = peer.may_announce = is_allowed;
    connection.emplace(Transport(base::Fd(pair.server.release())), std::move(peer), local, limits, policy, pool);
    connection->expect_announcement(ProxyProtocol::auto_detect);
  }

  Phase hear(std::string_view text) {
    pair.say(text);
    return connection->on_event(true, false);
  }

  std::string client() {
    auto const who = connection->client(connection->request());
    return std::string(who.address) + " " + std::string(who.port);
  }

  SocketPair pair;
  std::optional<Connection> connection;
};

TEST_F(AnnouncedConnectionTest, TakesTheAnnouncedAddressForAllItsRequests) {
  expect(true);
  EXPECT_EQ(hear(std::string(kAnnouncement) + std::string(kGet)), Phase::ready);
  EXPECT_EQ(client(), "192.0.2.1 4711");
  EXPECT_EQ(connection->peer().announcement->proxy_address, "192.0.2.2");
  connection->take();
  ASSERT_EQ(connection->finish(true), Phase::reading);
  EXPECT_EQ(hear(kGet), Phase::ready);
  EXPECT_EQ(client(), "192.0.2.1 4711");
}

TEST_F(AnnouncedConnectionTest, ReadsItByteByByteAndNothingBehindIt) {
  expect(true);
  for (char const c : kAnnouncement) ASSERT_NE(hear({&c, 1}), Phase::ready);
  EXPECT_EQ(connection->phase(), Phase::reading);
  EXPECT_EQ(hear(kGet), Phase::ready);
  EXPECT_EQ(client(), "192.0.2.1 4711");
}

TEST_F(AnnouncedConnectionTest, ServesWhoAnnouncesNobody) {
  expect(true);
  EXPECT_EQ(hear(kGet), Phase::ready);
  EXPECT_EQ(client(), "10.0.0.1 1");
  EXPECT_EQ(connection->peer().announcement, nullptr);
}

TEST_F(AnnouncedConnectionTest, RefusesWhoMayNotAnnounce) {
  expect(false);
  EXPECT_EQ(hear(kAnnouncement), Phase::lingering);
  EXPECT_TRUE(pair.hear().starts_with("HTTP/1.1 403 Forbidden\r\n"));
}

TEST_F(AnnouncedConnectionTest, RefusesABrokenAnnouncement) {
  expect(true);
  EXPECT_EQ(hear("PROXY TCP4 x\r\n"), Phase::lingering);
  EXPECT_TRUE(pair.hear().starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(AnnouncedConnectionTest, EndsWithAClientThatLeavesMidway) {
  expect(true);
  EXPECT_EQ(hear("PROXY TCP4"), Phase::announcing);
  ::shutdown(pair.client.get(), SHUT_WR);
  EXPECT_EQ(connection->on_event(true, false, true), Phase::closed);
}

TEST_F(AnnouncedConnectionTest, BelievesFurtherAddressesOnlyFromAProxyThatIsTrusted) {
  std::vector<std::string> const proxies{"10.0.0.0/8"};
  policy.proxies = *net::AddressSet::parse(proxies);
  policy.client_address = ClientAddressSource::x_forwarded_for;
  expect(true);
  hear(std::string(kAnnouncement) + "GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n");
  EXPECT_EQ(client(), "192.0.2.1 4711") << "an announced stranger's word";
}

TEST_F(AnnouncedConnectionTest, BelievesTheAddressThatATrustedProxyNames) {
  std::vector<std::string> const proxies{"10.0.0.0/8"};
  policy.proxies = *net::AddressSet::parse(proxies);
  policy.client_address = ClientAddressSource::x_forwarded_for;
  expect(true);
  hear("GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.9, 10.0.0.2\r\n\r\n");
  EXPECT_EQ(client(), "192.0.2.9 ");
}

TEST_F(ConnectionTest, RefusesWithAnAnswerThatArrivesWhole) {
  EXPECT_EQ(hear("NONSENSE\r\n\r\nand more that nobody will read"), Phase::lingering)
      << "closing now, with the client still sending, could eat the answer";
  EXPECT_EQ(connection.take_refusal()->status, 400);
  EXPECT_EQ(connection.take_refusal(), std::nullopt);
  auto const heard = pair.hear();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n")) << heard;
  EXPECT_TRUE(heard.ends_with("</html>\n")) << heard;
  pair.client.reset();
  EXPECT_EQ(connection.on_event(true, false), Phase::closed);
}

TEST_F(ConnectionTest, KeepsWhatASlowReaderDoesNotTake) {
  hear(kGet);
  std::string const content(3'000'000, 'x');
  EXPECT_EQ(answer(content), Phase::draining);
  EXPECT_EQ(connection.waits_for(), Wait::write);
  std::string heard;
  while (connection.phase() == Phase::draining) {
    heard += pair.hear();
    connection.on_event(false, true);
  }
  EXPECT_EQ(connection.phase(), Phase::reading);
  while (heard.size() < content.size()) heard += pair.hear();
  EXPECT_TRUE(heard.ends_with("\r\n\r\n" + content));
}

TEST_F(ConnectionTest, RemembersAnEventThatCameWhileTheApplicationHadIt) {
  hear(kGet);
  connection.take();
  pair.say(kGet);
  connection.note_event(true, false);
  response.begin(connection.request());
  response.set_status(204, "204 No Content");
  response.finish(connection);
  EXPECT_EQ(connection.finish(true), Phase::ready);
}

TEST_F(ConnectionTest, LetsOnlyOneAnswer) {
  hear(kGet);
  connection.take();
  EXPECT_TRUE(connection.claim_answer());
  EXPECT_FALSE(connection.claim_answer());
}

TEST_F(ConnectionTest, EndsWhenTheClientDoes) {
  hear("GET / HTT");
  pair.client.reset();
  EXPECT_EQ(connection.on_event(true, false), Phase::closed);
}

// One edge tells of the last bytes and of the end behind them.
TEST_F(ConnectionTest, SeesTheEndBehindTheLastBytes) {
  pair.say("GET / HTT");
  pair.client.reset();
  EXPECT_EQ(connection.on_event(true, false, true), Phase::closed);
}

TEST_F(ConnectionTest, SeesTheEndThatCameWhileTheApplicationHadIt) {
  hear(kGet);
  connection.take();
  pair.say("GET / HTT");
  ::shutdown(pair.client.get(), SHUT_WR);
  connection.note_event(true, false, true);
  EXPECT_EQ(connection.finish(true), Phase::closed);
}

TEST_F(ConnectionTest, AnswersAClientThatHasShutDownItsSide) {
  pair.say(kGet);
  ::shutdown(pair.client.get(), SHUT_WR);
  EXPECT_EQ(connection.on_event(true, false), Phase::ready);
  answer("late");
  EXPECT_TRUE(pair.hear().ends_with("late"));
}

TEST_F(ConnectionTest, CutsOffAnAnswerThatFailedHalfway) {
  hear(kGet);
  connection.take();
  response.begin(connection.request());
  response.set_status(200, "200 OK");
  response.write(connection, "half");
  connection.cut_off();
  EXPECT_EQ(connection.finish(true), Phase::closed);
  EXPECT_TRUE(pair.hear().ends_with("4\r\nhalf\r\n"));
}

}  // namespace
}  // namespace http
