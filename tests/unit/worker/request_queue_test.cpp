#include "worker/request_queue.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/sys.h"

namespace worker {
namespace {

using namespace std::chrono_literals;

struct RequestQueueTest : testing::Test {
  RequestQueueTest() {
    ::unlink(path.c_str());
    log.emplace(std::move(*logging::Log::open({path, "", logging::Level::warning})));
  }

  RequestQueue queue(std::size_t limit, base::Duration patience) { return {limit, patience, *log}; }

  http::Connection& connect() {
    auto ends = base::sys::socket_pair(SOCK_STREAM | SOCK_NONBLOCK).value();
    clients.push_back(std::move(ends.other));
    return *connections.emplace_back(std::make_unique<http::Connection>(http::Transport(std::move(ends.one)),
                                                                        http::Peer(), end, limits, policy, buffers));
  }

  // What a client has heard so far.
  std::string heard(std::size_t client) const {
    std::array<char, 4096> text;
    auto const count = ::recv(clients[client].get(), text.data(), text.size(), MSG_DONTWAIT);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

  std::string lines() const { return base::sys::read_file(path).value_or(""); }

  std::string const path = testing::TempDir() + "request_queue.log";
  std::optional<logging::Log> log;
  http::Limits limits;
  http::Policy policy;
  http::LocalEnd end;
  http::BufferPool buffers;
  std::vector<base::Fd> clients;
  std::vector<std::unique_ptr<http::Connection>> connections;
  base::Instant const now = base::now();
};

TEST_F(RequestQueueTest, GivesOutWhatCameFirst) {
  auto requests = queue(0, 0s);
  auto &first = connect(), &second = connect();
  EXPECT_TRUE(requests.add(first, now));
  EXPECT_TRUE(requests.add(second, now));
  EXPECT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests.take(), &first);
  EXPECT_EQ(requests.take(), &second);
  EXPECT_EQ(requests.take(), nullptr);
}

TEST_F(RequestQueueTest, RefusesOneThatIsTooMany) {
  auto requests = queue(1, 0s);
  EXPECT_TRUE(requests.add(connect(), now));
  EXPECT_FALSE(requests.add(connect(), now));
  EXPECT_EQ(requests.size(), 1u);
  EXPECT_EQ(heard(0), "");
  EXPECT_TRUE(heard(1).starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
}

TEST_F(RequestQueueTest, RefusesWhatHasWaitedForTooLongAndNothingElse) {
  auto requests = queue(0, 1s);
  EXPECT_FALSE(requests.next_overdue());
  auto &first = connect(), &second = connect();
  requests.add(first, now);
  requests.add(second, now + 1ms);
  EXPECT_EQ(requests.next_overdue(), now + 1s);
  EXPECT_EQ(requests.refuse_overdue(now + 1s - 1ns), nullptr);
  EXPECT_EQ(requests.refuse_overdue(now + 1s), &first);
  EXPECT_EQ(requests.refuse_overdue(now + 1s), nullptr);
  EXPECT_TRUE(heard(0).contains("\r\nRetry-After: 1\r\n"));
  EXPECT_EQ(requests.take(), &second);
}

TEST_F(RequestQueueTest, WithoutPatienceNothingIsEverOverdue) {
  auto requests = queue(0, 0s);
  requests.add(connect(), now);
  EXPECT_FALSE(requests.next_overdue());
  EXPECT_EQ(requests.refuse_overdue(now + 1h), nullptr);
}

TEST_F(RequestQueueTest, SaysOnceASecondHowManyItHasRefused) {
  auto requests = queue(1, 0s);
  requests.add(connect(), now);
  for (auto const later : {0ms, 1ms, 999ms, 1000ms}) requests.add(connect(), now + later);
  EXPECT_EQ(std::ranges::count(lines(), '\n'), 2) << lines();
  EXPECT_TRUE(lines().contains("The server is busy (queue_limit is 1): 1 refused with 503\n"));
  EXPECT_TRUE(lines().contains("The server is busy (queue_limit is 1): 3 refused with 503\n"));
}

TEST_F(RequestQueueTest, LosesThoseThatHaveFoundAnotherPlace) {
  auto requests = queue(0, 0s);
  auto &gone = connect(), &left = connect();
  requests.add(gone, now);
  requests.add(left, now);
  requests.remove_if([&](http::Connection const& connection) { return &connection == &gone; });
  EXPECT_EQ(requests.take(), &left);
  EXPECT_TRUE(requests.is_empty());
}

}  // namespace
}  // namespace worker
