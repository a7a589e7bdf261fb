#include "worker/core.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>
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
    socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    timeval const limit{5, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  }

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

  std::optional<logging::Log> log;
  std::optional<net::Listener> listener;
  std::unique_ptr<Core> core;
  http::Response response;
};

TEST_F(CoreTest, HandsOutRequestsAndTakesConnectionsBack) {
  start();
  Client client(listener->descriptor());
  for (int round = 0; round < 3; ++round) {
    client.say(kGet);
    auto* const connection = await_request();
    ASSERT_NE(connection, nullptr);
    answer(*connection, response, "hello");
    core->give_back(*connection, true);
    EXPECT_TRUE(client.hear_until("hello").ends_with("hello"));
  }
}

TEST_F(CoreTest, ClosesAConnectionThatStaysIdle) {
  CoreOptions options;
  options.keepalive = 50ms;
  start(std::move(options));
  Client client(listener->descriptor());
  client.say(kGet);
  auto* const connection = await_request();
  answer(*connection, response, "x");
  core->give_back(*connection, true);
  client.hear_until("x");
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
  EXPECT_TRUE(client.is_closed());
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

TEST_F(CoreTest, WritesTheAccessLineOfARequestThatNeverCame) {
  auto const path = testing::TempDir() + "refused.log";
  ::unlink(path.c_str());
  log.emplace(std::move(*logging::Log::open({"/dev/null", path, logging::Level::error})));
  CoreOptions options;
  options.head = 50ms;
  options.content = 60ms;
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

TEST_F(CoreTest, ServesWhatIsQueuedBeforeItGoes) {
  start();
  Client queued(listener->descriptor()), idle(listener->descriptor());
  idle.say(kGet);
  auto* const first = await_request();
  answer(*first, response, "x");
  core->give_back(*first, true);
  queued.say(kGet);
  core->begin_drain();
  EXPECT_TRUE(idle.hear_until("x").ends_with("x"));
  EXPECT_TRUE(idle.is_closed());
  auto* const last = await_request();
  ASSERT_NE(last, nullptr);
  EXPECT_FALSE(core->lets_persist());
  answer(*last, response, "bye");
  core->give_back(*last, true);
  EXPECT_TRUE(queued.hear_until("bye").ends_with("bye"));
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
}

TEST_F(CoreTest, KeepsThePromiseOfAnIdleConnectionWhereOthersServeOn) {
  start();
  Client idle(listener->descriptor());
  idle.say(kGet);
  auto* const first = await_request();
  answer(*first, response, "x");
  core->give_back(*first, true);
  core->begin_drain(Core::Idle::keep);
  EXPECT_FALSE(lead_until([&] { return core->is_empty(); }, 200ms));
  idle.say(kGet);
  auto* const next = await_request();
  ASSERT_NE(next, nullptr);
  answer(*next, response, "bye");
  EXPECT_FALSE(response.persists());
  core->give_back(*next, response.persists());
  EXPECT_TRUE(idle.hear_until("bye").contains("Connection: close"));
  EXPECT_TRUE(lead_until([&] { return core->is_empty(); }));
}

TEST_F(CoreTest, WaitsForAnIdleConnectionNoLongerThanKeepaliveAndNotAtAllWhenHurried) {
  for (bool const hurried : {false, true}) {
    CoreOptions options;
    options.keepalive = hurried ? base::Duration(1h) : base::Duration(50ms);
    start(std::move(options));
    Client idle(listener->descriptor());
    idle.say(kGet);
    auto* const connection = await_request();
    answer(*connection, response, "x");
    core->give_back(*connection, true);
    core->begin_drain(Core::Idle::keep);
    if (hurried) core->begin_drain(Core::Idle::close);
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
    core->give_back(*connection, true);
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
  EXPECT_EQ(connection->body().size(), 100000u);
}

TEST_F(RelayTest, WhatNobodyHasTakenIsServedBeforeTheLastOneGoes) {
  Client client(listener->descriptor());
  client.say(kGet);
  ASSERT_TRUE(await_ready_in_busy());
  busy->pass_on_ready();
  busy.reset();
  core->begin_drain();
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
  std::thread([&] { core->give_back(*connection, false); }).join();
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
  core->begin_drain(Core::Idle::keep);
  queued.say(kGet);
  EXPECT_NE(await_request(), nullptr);
  base::Fd const late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_NE(::connect(late.get(), address.raw(), address.size()), 0);
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
  core->give_back(*connection, false);
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
      core->give_back(*connection, own.persists());
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

}  // namespace
}  // namespace worker
