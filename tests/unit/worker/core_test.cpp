#include "worker/core.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "base/sys.h"
#include "http/response.h"
#include "net/listener.h"

namespace worker {
namespace {

using namespace std::chrono_literals;

// A client that waits five seconds at most.
class Client {
 public:
  explicit Client(int listener) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    socket_.reset(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    timeval const limit{5, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  }

  // So much may be on its way, in bytes.
  void widen(int size) { ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size); }

  void say(std::string_view text) {
    ASSERT_EQ(::send(socket_.get(), text.data(), text.size(), 0), ssize_t(text.size()));
  }

  // Reads until the text ends in `end`; what came, if the connection ends before.
  std::string hear_until(std::string_view end) {
    std::string text;
    char buffer[4096];
    while (!text.ends_with(end)) {
      auto const count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }

  // Whether the connection is still there.
  bool try_say(std::string_view text) {
    return ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
  }

  // How many bytes are there now, of `limit`.
  std::size_t hear(std::size_t limit) {
    std::string text(limit, '\0');
    auto const count = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  bool has_heard() {
    char byte;
    return ::recv(socket_.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
  }

  bool is_closed() {
    char byte;
    return ::recv(socket_.get(), &byte, 1, 0) == 0;
  }

 private:
  base::Fd socket_;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct CoreTest : testing::Test {
  CoreTest() {
    log.emplace(std::move(*logging::Log::open({"/dev/null", "", logging::Level::error})));
    listener.emplace(std::move(*net::Listener::bind(*net::Address::parse("127.0.0.1:0"))));
    listener->stop_deferring();  // clients that say nothing are the core's business here
  }

  void start(CoreOptions options = {}) {
    core = std::move(*Core::create({{listener->descriptor(), {}}}, std::move(options), *log));
  }

  // Leads until a request is complete.
  http::Connection* await_request() {
    for (auto const end = base::now() + 5s; base::now() < end;) {
      if (auto* const connection = core->take_ready()) return connection;
      core->run_once(100ms, Core::Accepting::yes);
    }
    return nullptr;
  }

  // Leads until `done` or the time is up.
  template <typename Done>
  bool lead_until(Done done, base::Duration patience = 5s) {
    for (auto const end = base::now() + patience; base::now() < end;) {
      if (done()) return true;
      core->run_once(20ms, Core::Accepting::yes);
    }
    return false;
  }

  static void answer(http::Connection& connection, http::Response& response, std::string_view content) {
    response.begin(connection.request());
    response.set_status(200, "200 OK");
    response.set_known_length(content.size());
    response.write(connection, content);
    response.finish(connection);
  }

  // The client asks and is answered; it has still to hear.
  void serve(Client& client, std::string_view content) {
    client.say(kGet);
    auto* const connection = await_request();
    ASSERT_NE(connection, nullptr);
    answer(*connection, response, content);
    core->give_back(*connection, response.persists(), {.begun = base::now()});
  }

  std::optional<logging::Log> log;
  std::optional<net::Listener> listener;
  std::unique_ptr<Core> core;
  http::Response response;
};

TEST_F(CoreTest, HandsOutRequestsAndTakesConnectionsBack) {
  start();
  Client client(listener->descriptor());
  for (int round = 0; round < 3; ++round) {
    serve(client, "hello");
    EXPECT_TRUE(client.hear_until("hello").ends_with("hello"));
  }
}

TEST_F(CoreTest, ClosesAConnectionThatStaysIdle) {
  CoreOptions options;
  options.keepalive = 50ms;
  start(std::move(options));
  Client client(listener->descriptor());
  serve(client, "x");
  client.hear_until("x");
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
  EXPECT_TRUE(client.is_closed());
}

// Who is closed at once has not been watched; what came meanwhile must not reset the connection under its answer.
TEST_F(CoreTest, ClosesOverUnreadInputWithoutAReset) {
  start();
  Client client(listener->descriptor());
  client.say("GET / HTTP/1.0\r\n\r\n");
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  client.say("more than was asked for");
  answer(*connection, response, "x");
  core->give_back(*connection, response.persists(), {.begun = base::now()});
  EXPECT_FALSE(core->is_empty());  // it lingers
  EXPECT_TRUE(client.hear_until("nothing more").ends_with("x"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(CoreTest, ClosesAKeptConnectionOverUnreadInputWithoutAReset) {
  start();
  Client client(listener->descriptor());
  serve(client, "hello");
  EXPECT_TRUE(client.hear_until("hello").ends_with("hello"));
  client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  client.say("more than was asked for");
  answer(*connection, response, "x");
  core->give_back(*connection, response.persists(), {.begun = base::now()});
  EXPECT_FALSE(core->is_empty());  // it lingers
}

TEST_F(CoreTest, AnswersAHeadThatDoesNotComeWith408) {
  CoreOptions options;
  options.head = 50ms;
  start(std::move(options));
  Client slow(listener->descriptor()), silent(listener->descriptor());
  slow.say("GET / HT");
  std::atomic<bool> heard = false;
  std::thread leader([&] { lead_until([&] { return heard.load(); }); });
  EXPECT_TRUE(slow.hear_until("</html>\n").starts_with("HTTP/1.1 408 Request Timeout"));
  EXPECT_TRUE(silent.is_closed());
  heard = true;
  leader.join();
}

// From the first byte to the last, however many come in between.
TEST_F(CoreTest, ByteNowAndThenDoesNotProlongAHead) {
  CoreOptions options;
  options.head = 150ms;
  start(std::move(options));
  Client trickling(listener->descriptor());
  auto const begun = base::now();
  std::string_view rest = "GET / HTTP/1.1\r\nHost: x\r\nX-Long: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
  EXPECT_TRUE(lead_until([&] {
    if (!rest.empty() && trickling.try_say(rest.substr(0, 1))) rest.remove_prefix(1);
    return trickling.has_heard();
  }));
  EXPECT_LT(base::now() - begun, 5s);
  EXPECT_TRUE(trickling.hear_until("</html>\n").contains("header_timeout"));
}

// A carriage return alone begins no request, and the line feed behind it makes it nothing again.
TEST_F(CoreTest, EmptyLineInTwoPiecesDoesNotProlongTheWaitForARequest) {
  CoreOptions options;
  options.head = 150ms;
  start(std::move(options));
  Client trickling(listener->descriptor());
  bool is_return = false;
  EXPECT_TRUE(lead_until([&] { return !trickling.try_say((is_return = !is_return) ? "\r" : "\n"); }));
}

TEST_F(CoreTest, AnswersContentThatTricklesWith408) {
  CoreOptions options;
  options.content = {100ms, 1 << 30};
  start(std::move(options));
  Client trickling(listener->descriptor());
  trickling.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n");
  EXPECT_TRUE(lead_until([&] {
    trickling.try_say("x");
    return trickling.has_heard();
  }));
  EXPECT_TRUE(trickling.hear_until("</html>\n").starts_with("HTTP/1.1 408 "));
}

TEST_F(CoreTest, TakesContentForAsLongAsItComesFastEnough) {
  CoreOptions options;
  options.content = {100ms, 1000};
  start(std::move(options));
  Client steady(listener->descriptor());
  steady.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
  http::Connection* connection = nullptr;
  EXPECT_TRUE(lead_until([&] {
    steady.try_say(std::string(250, 'x'));
    return (connection = core->take_ready()) != nullptr;
  }));
  ASSERT_NE(connection, nullptr);
  EXPECT_EQ(connection->body()->size(), 10000u);
}

TEST_F(CoreTest, GivesUpOnAReaderThatTrickles) {
  CoreOptions options;
  options.write = {100ms, 1 << 20};
  start(std::move(options));
  Client slow(listener->descriptor());
  serve(slow, std::string(32 << 20, 'x'));
  EXPECT_FALSE(core->is_empty());
  EXPECT_TRUE(lead_until([&] {
    slow.hear(100);
    return core->is_empty();
  }));
}

TEST_F(CoreTest, WaitsForAReaderThatIsFastEnough) {
  CoreOptions options;
  options.write = {50ms, 1000};
  start(std::move(options));
  Client slow(listener->descriptor());
  slow.say(kGet);
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  std::size_t const size = 32 << 20;
  answer(*connection, response, std::string(size, 'x'));
  core->give_back(*connection, false, {});
  std::size_t heard = 0;
  EXPECT_TRUE(lead_until([&] {
    heard += slow.hear(256 * 1024);
    return core->is_empty();
  }));
  EXPECT_TRUE(slow.hear_until("\n").ends_with('x') || heard >= size);
}

TEST_F(CoreTest, WritesTheAccessLineOfARequestThatNeverCame) {
  auto const path = testing::TempDir() + "refused.log";
  ::unlink(path.c_str());
  log.emplace(std::move(*logging::Log::open({"/dev/null", path, logging::Level::error})));
  CoreOptions options;
  options.head = 50ms;
  options.content.span = 60ms;
  start(std::move(options));
  auto const format = *logging::AccessFormat::compile("%(r)s %(s)s %(M)s %(a)s");
  AccessLog access_log(format, *log);
  core->log_access_to(&access_log);
  Client headless(listener->descriptor()), bodiless(listener->descriptor());
  headless.say("GET /head HT");
  bodiless.say("PUT /body HTTP/1.1\r\nHost: x\r\nUser-Agent: slow\r\nContent-Length: 5\r\n\r\n12");
  auto const lines = [&] { return base::sys::read_file(path).value_or(""); };
  EXPECT_TRUE(lead_until([&] { return std::ranges::count(lines(), '\n') == 2; }));
  EXPECT_TRUE(lines().contains("GET /head - 408 50 -\n")) << lines();
  EXPECT_TRUE(lines().contains("PUT /body HTTP/1.1 408 60 slow\n")) << lines();
}

// A unix socket has room whenever the other end has read something: that is nothing to wake up for.
TEST_F(CoreTest, SleepsWhileAClientReadsItsAnswer) {
  auto const path = testing::TempDir() + "core_test.sock";
  ::unlink(path.c_str());
  listener.emplace(std::move(*net::Listener::bind(*net::Address::parse("unix:" + path))));
  start();
  Client client(listener->descriptor());
  serve(client, "hello");
  core->run_once(10ms, Core::Accepting::yes);
  EXPECT_TRUE(client.hear_until("hello").ends_with("hello"));
  auto const begun = base::now();
  core->run_once(100ms, Core::Accepting::yes);
  EXPECT_GE(base::now() - begun, 90ms);
}

TEST_F(CoreTest, GivesTheNextRequestOfAConnectionToWhoGivesItBack) {
  start();
  Client eager(listener->descriptor()), other(listener->descriptor());
  eager.say(std::string(kGet) + std::string(kGet) + std::string(kGet));
  auto* const first = await_request();
  ASSERT_NE(first, nullptr);
  answer(*first, response, "1");
  EXPECT_EQ(core->give_back(*first, true, {.ends = base::now() + 1h}), first);
  answer(*first, response, "2");
  // No longer: then it stands in line as others do, and what was held is on its way.
  EXPECT_EQ(core->give_back(*first, true, {.ends = base::now() - 1ns}), nullptr);
  EXPECT_TRUE(eager.hear_until("2").ends_with("2"));
  EXPECT_EQ(await_request(), first);
  answer(*first, response, "3");
  EXPECT_EQ(core->give_back(*first, false, {.ends = base::now() + 1h}), nullptr);
  EXPECT_TRUE(eager.hear_until("3").ends_with("3"));
}

// With a batch for requests of any length.
struct GatheringCoreTest : CoreTest {
  GatheringCoreTest() {
    CoreOptions options;
    options.gathering = {.shortest = 0ns, .patience = 1h};
    start(std::move(options));
    for (auto* const client : {&one, &two, &three}) serve(*client, "welcome");
    for (auto* const client : {&one, &two, &three}) client->hear_until("welcome");
  }

  void all_ask() {
    for (auto* const client : {&one, &two, &three}) client->say(kGet);
    ASSERT_TRUE(lead_until([&] { return core->waiting() == 3; }));
  }

  void answer_next(std::string_view content, bool persists = true) {
    auto* const connection = core->take_ready();
    ASSERT_NE(connection, nullptr);
    answer(*connection, response, content);
    EXPECT_EQ(core->give_back(*connection, persists, {.begun = base::now()}), nullptr);
  }

  Client one{listener->descriptor()}, two{listener->descriptor()}, three{listener->descriptor()};
};

TEST_F(GatheringCoreTest, SendsAnswersOneAfterTheOtherOnceNobodyWaits) {
  all_ask();
  answer_next("1");
  answer_next("2");
  EXPECT_FALSE(one.has_heard());
  EXPECT_FALSE(two.has_heard());
  answer_next("3");
  for (auto* const client : {&one, &two, &three}) EXPECT_TRUE(client->has_heard());
  all_ask();  // their connections persist
}

TEST_F(GatheringCoreTest, SendsWhatIsHeldWhenAskedTo) {
  all_ask();
  answer_next("1");
  EXPECT_FALSE(one.has_heard());
  core->send_held();
  EXPECT_TRUE(one.has_heard());
  EXPECT_EQ(core->waiting(), 2u);
}

TEST_F(GatheringCoreTest, ReadsWhatComesWhileAnAnswerIsHeld) {
  all_ask();
  answer_next("1");
  one.say(kGet);
  core->run_once(5s, Core::Accepting::no);
  EXPECT_EQ(core->waiting(), 2u);
  core->send_held();
  EXPECT_EQ(core->waiting(), 3u);
}

TEST_F(GatheringCoreTest, HoldsNothingThatItsLeaderWouldHaveToSend) {
  all_ask();
  auto* const connection = core->take_ready();
  answer(*connection, response, "1");
  EXPECT_FALSE(one.has_heard());
  ASSERT_TRUE(core->baton().try_take());
  std::thread([&] { EXPECT_EQ(core->give_back(*connection, true, {.begun = base::now()}), nullptr); }).join();
  EXPECT_TRUE(one.has_heard());
  core->baton().pass();
}

TEST_F(GatheringCoreTest, EndsAConnectionThatDoesNotPersistWithItsAnswer) {
  all_ask();
  answer_next("1", false);
  answer_next("2");
  answer_next("3");
  EXPECT_TRUE(one.hear_until("1").ends_with("1"));
  EXPECT_TRUE(one.is_closed());
}

TEST_F(GatheringCoreTest, AnswersThatAreNotSmallGoAtOnce) {
  all_ask();
  answer_next(std::string(100'000, 'x'));
  EXPECT_TRUE(one.has_heard());
}

TEST_F(CoreTest, BusyClientsThatKeepTheirConnectionsDoNotKeepOthersOut) {
  start();
  Client busy(listener->descriptor());
  busy.say(std::string(kGet) + std::string(kGet));
  auto* const first = await_request();
  ASSERT_NE(first, nullptr);
  Client late(listener->descriptor());
  late.say(kGet);
  answer(*first, response, "1");
  std::this_thread::sleep_for(1ms);  // of an application
  core->give_back(*first, true, {});
  core->look_in_between();
  EXPECT_EQ(core->take_ready(), first);
  EXPECT_NE(core->take_ready(), nullptr);
}

TEST_F(CoreTest, ReadsFromNoMoreConnectionsThanAreDueBeforeItHandsOutRequests) {
  CoreOptions options;
  options.events_per_turn = 2;
  start(std::move(options));
  Client one(listener->descriptor()), two(listener->descriptor()), three(listener->descriptor());
  for (auto* const client : {&one, &two, &three}) serve(*client, "x");
  for (auto* const client : {&one, &two, &three}) client->say(kGet);
  core->run_once(5s, Core::Accepting::yes);
  EXPECT_EQ(core->waiting(), 2u);
  core->run_once(5s, Core::Accepting::yes);
  EXPECT_EQ(core->waiting(), 3u);
}

TEST_F(CoreTest, LookForWhatNobodyTakesDoesNotPutOffTheOneInBetween) {
  CoreOptions options;
  options.queue = 8;
  start(std::move(options));
  Client early(listener->descriptor());
  early.say(kGet);
  core->run_once(0ms, Core::Accepting::no);
  ASSERT_EQ(core->waiting(), 1u);
  Client late(listener->descriptor());
  late.say(kGet);
  core->look_in_between();
  EXPECT_EQ(core->waiting(), 2u);
}

TEST_F(CoreTest, ServesWhatIsQueuedBeforeItGoes) {
  start();
  Client queued(listener->descriptor()), idle(listener->descriptor());
  serve(idle, "x");
  queued.say(kGet);
  core->begin_drain();
  EXPECT_TRUE(idle.hear_until("x").ends_with("x"));
  EXPECT_TRUE(idle.is_closed());
  auto* const last = await_request();
  ASSERT_NE(last, nullptr);
  EXPECT_FALSE(core->lets_persist());
  answer(*last, response, "bye");
  core->give_back(*last, true, {});
  EXPECT_TRUE(queued.hear_until("bye").ends_with("bye"));
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
}

TEST_F(CoreTest, TakesWhatIsQueuedInTurnsWithOthersBeforeAllGo) {
  CoreOptions options;
  options.accepts_per_turn = 1;
  start(std::move(options));
  auto const drained = std::make_shared<bool>(false);
  core->on_drained([drained] { *drained = true; });
  std::deque<Client> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(listener->descriptor()).say(kGet);
  core->begin_drain();
  auto* taken = await_request();
  ASSERT_NE(taken, nullptr);
  EXPECT_LT(core->waiting(), 4u);
  EXPECT_FALSE(*drained);
  for (auto& client : clients) {
    ASSERT_NE(taken, nullptr);
    answer(*taken, response, "bye");
    core->give_back(*taken, true, {});
    EXPECT_TRUE(client.hear_until("bye").ends_with("bye"));
    if (&client != &clients.back()) taken = await_request();
  }
  EXPECT_TRUE(lead_until([&] { return core->is_drained(); }));
  EXPECT_TRUE(*drained);
}

TEST_F(CoreTest, TakesWhatIsQueuedAsThereIsRoomBeforeItGoes) {
  CoreOptions options;
  options.connections = 1;
  start(std::move(options));
  std::deque<Client> clients;
  for (int i = 0; i < 3; ++i) clients.emplace_back(listener->descriptor()).say(kGet);
  core->begin_drain();
  for (auto& client : clients) {
    auto* const taken = await_request();
    ASSERT_NE(taken, nullptr);
    EXPECT_FALSE(core->is_drained());
    answer(*taken, response, "bye");
    core->give_back(*taken, true, {});
    EXPECT_TRUE(client.hear_until("bye").ends_with("bye"));
  }
  EXPECT_TRUE(lead_until([&] { return core->is_drained(); }));
}

// But for the one that it may have been woken for.
TEST_F(CoreTest, LeavesWhatIsQueuedToSiblingsThatServeItsSockets) {
  for (bool const sockets_end : {false, true}) {
    start();
    Client one(listener->descriptor()), two(listener->descriptor()), three(listener->descriptor());
    for (auto* const client : {&one, &two, &three}) client->say(kGet);
    core->begin_drain(metrics::Heir::siblings, sockets_end);
    EXPECT_EQ(core->waiting(), sockets_end ? 3u : 1u);
    start();
    lead_until([&] { return core->waiting() == 2; }, sockets_end ? 50ms : 5s);
    EXPECT_EQ(core->waiting(), sockets_end ? 0u : 2u);
  }
}

TEST_F(CoreTest, KeepsThePromiseOfAnIdleConnectionWhereOthersServeOn) {
  start();
  Client idle(listener->descriptor());
  serve(idle, "x");
  core->begin_drain(metrics::Heir::siblings);
  EXPECT_FALSE(lead_until([&] { return core->is_empty(); }, 200ms));
  idle.say(kGet);
  auto* const next = await_request();
  ASSERT_NE(next, nullptr);
  answer(*next, response, "bye");
  EXPECT_FALSE(response.persists());
  core->give_back(*next, response.persists(), {});
  EXPECT_TRUE(idle.hear_until("bye").contains("Connection: close"));
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
}

TEST_F(CoreTest, WaitsForAnIdleConnectionNoLongerThanKeepaliveAndNotAtAllWhenHurried) {
  for (bool const hurried : {false, true}) {
    CoreOptions options;
    options.keepalive = hurried ? base::Duration(1h) : base::Duration(50ms);
    start(std::move(options));
    Client idle(listener->descriptor());
    serve(idle, "x");
    core->begin_drain(metrics::Heir::siblings);
    if (hurried) core->begin_drain(metrics::Heir::nobody);
    EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
  }
}

struct RelayTest : CoreTest {
  RelayTest() {
    relay.emplace(std::move(*Relay::create()));
    start();
    core->share_by(&*relay);
    busy = std::move(core);
    start();
    core->share_by(&*relay);
  }

  // Until the core that has no time holds a complete request.
  bool await_ready_in_busy() {
    for (auto const end = base::now() + 5s; base::now() < end;) {
      if (busy->has_ready()) return true;
      busy->run_once(20ms, Core::Accepting::yes);
    }
    return false;
  }

  std::optional<Relay> relay;
  std::unique_ptr<Core> busy;
};

TEST_F(RelayTest, RequestIsAnsweredByWhoeverHasTime) {
  Client client(listener->descriptor());
  client.say("GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(await_ready_in_busy());
  busy->pass_on_ready();
  EXPECT_TRUE(busy->is_empty());
  for (std::string const target : {"/first", "/second"}) {
    auto* const connection = await_request();
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(connection->request().text(connection->request().target), target);
    EXPECT_EQ(connection->peer().address, "127.0.0.1");
    answer(*connection, response, target);
    core->give_back(*connection, true, {});
    EXPECT_TRUE(client.hear_until(target).starts_with("HTTP/1.1 200"));
  }
}

TEST_F(RelayTest, ContentThatCameByItselfGoesWithItsHead) {
  Client client(listener->descriptor());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nab");
  EXPECT_TRUE(lead_until([&] { return !core->is_empty(); }));
  std::swap(core, busy);
  client.say("cdef");
  ASSERT_TRUE(await_ready_in_busy());
  busy->pass_on_ready();
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  EXPECT_EQ(connection->body(), "abcdef");
}

TEST_F(RelayTest, WhatIsTooLargeStays) {
  Client client(listener->descriptor());
  client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'x'));
  ASSERT_TRUE(await_ready_in_busy());
  busy->pass_on_ready();
  auto* const connection = busy->take_ready();
  ASSERT_NE(connection, nullptr);
  EXPECT_EQ(connection->body()->size(), 100000u);
}

TEST_F(RelayTest, WhatNobodyHasTakenIsServedBeforeTheLastOneGoes) {
  for (auto const heir : {metrics::Heir::nobody, metrics::Heir::upgrade}) {
    Client client(listener->descriptor());
    client.say(kGet);
    ASSERT_TRUE(await_ready_in_busy());
    busy->pass_on_ready();
    core->begin_drain(heir);
    EXPECT_NE(core->take_ready(), nullptr);
  }
}

TEST_F(RelayTest, WhatNobodyHasTakenIsLeftToSiblings) {
  Client client(listener->descriptor());
  client.say(kGet);
  ASSERT_TRUE(await_ready_in_busy());
  busy->pass_on_ready();
  core->begin_drain(metrics::Heir::siblings);
  EXPECT_EQ(core->take_ready(), nullptr);
  core->begin_drain(metrics::Heir::nobody);
  EXPECT_NE(core->take_ready(), nullptr);
}

// The last answer may come back between two turns, and a turn before may have taken its wake for another's.
TEST_F(CoreTest, DoesNotWaitOnceItIsDrained) {
  start();
  Client client(listener->descriptor());
  client.say(kGet);
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  answer(*connection, response, "hello");
  core->begin_drain();
  core->baton().take();
  std::thread([&] { core->give_back(*connection, false, {}); }).join();
  std::uint64_t wakes;
  ASSERT_EQ(::read(core->wake_descriptor(), &wakes, sizeof wakes), ssize_t(sizeof wakes));
  auto const begun = base::now();
  core->run_once(10s, Core::Accepting::yes);
  EXPECT_LT(base::now() - begun, 5s);
  EXPECT_TRUE(core->is_drained());
  core->baton().pass();
}

TEST_F(CoreTest, SocketOfItsOwnTakesNobodyElseOnceTheWorkerGoes) {
  core = std::move(*Core::create({{listener->descriptor(), {}, true}}, {}, *log));
  Client queued(listener->descriptor());
  auto const address = listener->local();
  core->begin_drain(metrics::Heir::siblings);
  queued.say(kGet);
  EXPECT_NE(await_request(), nullptr);
  base::Fd const late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_NE(::connect(late.get(), address.raw(), address.size()), 0);
}

TEST_F(CoreTest, ConnectionThatIsIdleForLongestMakesRoomForTheNext) {
  CoreOptions options;
  options.connections = 2;
  options.keepalive = 1h;
  start(std::move(options));
  Client longest(listener->descriptor()), shorter(listener->descriptor());
  for (auto* const client : {&longest, &shorter}) {
    serve(*client, "x");
    client->hear_until("x");
  }
  Client next(listener->descriptor());
  next.say(kGet);
  EXPECT_NE(await_request(), nullptr);
  EXPECT_TRUE(longest.is_closed());
  shorter.say(kGet);
  EXPECT_NE(await_request(), nullptr);
}

TEST_F(CoreTest, ConnectionThatHasAskedForNothingMakesRoomToo) {
  CoreOptions options;
  options.connections = 1;
  start(std::move(options));
  Client silent(listener->descriptor()), next(listener->descriptor());
  next.say(kGet);
  EXPECT_NE(await_request(), nullptr);
  EXPECT_TRUE(silent.is_closed());
}

TEST_F(CoreTest, RequestThatIsUnderWayDoesNotMakeRoomYet) {
  CoreOptions options;
  options.connections = 1;
  start(std::move(options));
  Client slow(listener->descriptor()), next(listener->descriptor());
  slow.say("GET / HT");
  next.say(kGet);
  EXPECT_FALSE(lead_until([&] { return core->take_ready(); }, 200ms));
  slow.say("TP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(await_request(), nullptr);
}

// The limit of the process, lowered for a moment.
struct FewDescriptors {
  FewDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before);
    base::Fd const lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit lower = before;
    lower.rlim_cur = static_cast<rlim_t>(lowest.get());
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }
  rlimit before{};
};

TEST_F(CoreTest, WithoutDescriptorsNeitherTurnsNorFloodsTheLog) {
  auto const path = testing::TempDir() + "descriptors.log";
  ::unlink(path.c_str());
  log.emplace(std::move(*logging::Log::open({path, "", logging::Level::error})));
  start();
  Client waiting(listener->descriptor());
  waiting.say(kGet);
  int turns = 0;
  {
    FewDescriptors const few;
    for (auto const end = base::now() + 300ms; base::now() < end; ++turns) core->run_once(100ms, Core::Accepting::yes);
  }
  EXPECT_LT(turns, 20);
  auto const lines = base::sys::read_file(path).value_or("");
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
  EXPECT_NE(await_request(), nullptr);
}

TEST_F(CoreTest, WithoutDescriptorsAnIdleConnectionMakesRoom) {
  CoreOptions options;
  options.keepalive = 1h;
  start(std::move(options));
  Client idle(listener->descriptor());
  serve(idle, "x");
  Client next(listener->descriptor());
  next.say(kGet);
  FewDescriptors const few;
  EXPECT_NE(await_request(), nullptr);
  EXPECT_TRUE(idle.hear_until("x").ends_with('x'));
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(CoreTest, AnswersMoreThanMayWaitWith503) {
  CoreOptions options;
  options.queue = 1;
  start(std::move(options));
  Client first(listener->descriptor()), second(listener->descriptor());
  first.say(kGet);
  EXPECT_TRUE(lead_until([&] { return core->waiting() == 1; }));
  second.say(kGet);
  EXPECT_TRUE(lead_until([&] { return second.has_heard(); }));
  auto const heard = second.hear_until("</html>\n");
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << heard;
  EXPECT_TRUE(heard.contains("\r\nRetry-After: 1\r\n")) << heard;
  auto* const connection = core->take_ready();
  ASSERT_NE(connection, nullptr);
  answer(*connection, response, "hello");
  core->give_back(*connection, true, {});
  EXPECT_TRUE(first.hear_until("hello").ends_with("hello"));
}

TEST_F(CoreTest, AnswersWhatHasWaitedTooLongWith503) {
  CoreOptions options;
  options.queue_time = 50ms;
  start(std::move(options));
  Client late(listener->descriptor());
  late.say(kGet);
  EXPECT_TRUE(lead_until([&] { return core->waiting() == 1; }));
  EXPECT_TRUE(lead_until([&] { return late.has_heard(); }));
  EXPECT_TRUE(late.hear_until("</html>\n").contains("queue_timeout is 0.05 s"));
  EXPECT_EQ(core->take_ready(), nullptr);
}

// While the lanes of all workers are away.
TEST_F(CoreTest, WithAQueueLimitTakesConnectionsThatNobodyTakes) {
  CoreOptions options;
  options.queue = 1;
  start(std::move(options));
  Client first(listener->descriptor()), second(listener->descriptor());
  first.say(kGet);
  second.say(kGet);
  for (auto const end = base::now() + 5s; base::now() < end && !second.has_heard();)
    core->run_once(20ms, Core::Accepting::no);
  EXPECT_TRUE(second.has_heard());
  EXPECT_EQ(core->waiting(), 1u);
}

TEST_F(CoreTest, AcceptsNoMoreThanItsLimit) {
  CoreOptions options;
  options.connections = 1;
  start(std::move(options));
  Client first(listener->descriptor()), second(listener->descriptor());
  second.say(kGet);
  first.say(kGet);
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  core->run_once(0ms, Core::Accepting::yes);
  EXPECT_EQ(core->take_ready(), nullptr);
  answer(*connection, response, "one");
  core->give_back(*connection, false, {});
  EXPECT_NE(await_request(), nullptr);
}

// A standby leads while the lanes are away: a request that waits for one of them is no reason to turn.
TEST_F(CoreTest, WaitsAlthoughARequestWaitsForSomebodyElse) {
  start();
  Client client(listener->descriptor());
  client.say(kGet);
  core->run_once(5s, Core::Accepting::yes);
  int turns = 0;
  for (auto const end = base::now() + 100ms; base::now() < end; ++turns) core->run_once(50ms, Core::Accepting::no);
  EXPECT_LT(turns, 10);
  EXPECT_NE(core->take_ready(), nullptr);
}

// Several lanes take turns leading while a standby leads whenever it can, as a worker's threads do.
TEST_F(CoreTest, IsLedByManyThreadsInTurn) {
  start();
  std::atomic<bool> stopping = false;
  auto const lane = [&] {
    http::Response own;
    while (!stopping) {
      core->baton().take();
      http::Connection* connection = core->take_ready();
      while (!connection && !stopping) {
        core->run_once(20ms, Core::Accepting::yes);
        connection = core->take_ready();
      }
      core->baton().pass();
      if (!connection) continue;
      answer(*connection, own, "hello");
      core->give_back(*connection, own.persists(), {});
    }
  };
  auto const standby = [&] {
    while (!stopping) {
      if (!core->baton().try_take_standby()) {
        std::this_thread::yield();
        continue;
      }
      while (!core->baton().is_wanted() && !stopping) core->run_once(20ms, Core::Accepting::no);
      core->baton().pass_standby();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(lane);
  threads.emplace_back(standby);
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      Client client(listener->descriptor());
      for (int round = 0; round < 100; ++round) {
        client.say(kGet);
        if (client.hear_until("hello").ends_with("hello")) ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, 400);
  stopping = true;
  core->wake();
  for (auto& thread : threads) thread.join();
}

// In one turn of the loop the next client comes for the place of one who has asked for nothing for long, and who says
// so much at that moment that it is not known yet for what.
TEST_F(CoreTest, WhoHadToMakeRoomIsNotHeardAnyMore) {
  CoreOptions options;
  options.connections = 1;
  auto const path = testing::TempDir() + "core." + std::to_string(::getpid());
  listener.emplace(std::move(*net::Listener::bind(*net::Address::parse("unix:" + path))));
  start(std::move(options));
  Client late(listener->descriptor());
  late.widen(400'000);
  lead_until([] { return false; }, 1100ms);
  Client next(listener->descriptor());
  std::string lines;
  while (lines.size() < 300'000) lines += "\r\n";
  late.say(lines + std::string(kGet));
  core->run_once(0ms, Core::Accepting::yes);
  EXPECT_EQ(core->take_ready(), nullptr);
  next.say(kGet);
  auto* const connection = await_request();
  ASSERT_NE(connection, nullptr);
  answer(*connection, response, "x");
  core->give_back(*connection, response.persists(), {.begun = base::now()});
  EXPECT_TRUE(next.hear_until("x").ends_with("x"));
}

// New clients keep the queue of requests from ever being empty.
TEST_F(CoreTest, KeptConnectionHasItsTurnAmongNewOnes) {
  start();
  Client kept(listener->descriptor());
  serve(kept, "one");
  EXPECT_TRUE(kept.hear_until("one").ends_with("one"));
  std::vector<std::unique_ptr<Client>> fresh;
  auto const come = [&] { fresh.emplace_back(new Client(listener->descriptor()))->say(kGet); };
  for (int i = 0; i < 4; ++i) come();
  ASSERT_TRUE(lead_until([&] { return core->waiting() >= 4; }));
  kept.say(kGet);
  bool was_heard = false;
  for (auto const end = base::now() + 1s; !was_heard && base::now() < end;) {
    come();
    std::this_thread::sleep_for(1ms);  // of an application
    core->look_in_between();
    auto* const connection = core->take_ready();
    ASSERT_NE(connection, nullptr);
    answer(*connection, response, "x");
    core->give_back(*connection, false, {.begun = base::now()});
    was_heard = kept.has_heard();
  }
  EXPECT_TRUE(was_heard);
}

}  // namespace
}  // namespace worker
