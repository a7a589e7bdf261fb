// Many messages of every framing, by two connections in turn that share a pool: what one of them holds, a message that
// waits to be answered for one, is not touched by what the other receives.
#include <gtest/gtest.h>

#include <algorithm>
#include <format>
#include <random>
#include <string>
#include <vector>

#include "http/request_reader.h"

namespace http {
namespace {

using Progress = RequestReader::Progress;

class Client {
 public:
  Client(Limits const& limits, Policy const& policy, BufferPool& pool, unsigned seed)
      : random_(seed), reader_(limits, policy, pool, false) {
    for (auto count = 1 + draw_evenly(300); count > 0; --count) add_message();
  }

  bool has_ended() const { return read_ == messages_.size(); }

  // One receive, or the end of a message's stay.
  void go_on() {
    if (progress_ == Progress::complete)
      leave_message();
    else if (draw_evenly(8) == 0)
      reader_.rest();
    else
      receive();
  }

 private:
  struct Message {
    std::size_t begin;  // in sent_
    std::string head, content;
  };

  // Below `bound`, small ones more often.
  std::size_t draw(std::size_t bound) {
    auto const most = draw_evenly(bound) + 1;
    return draw_evenly(most);
  }
  std::size_t draw_evenly(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  std::string text(std::size_t size) {
    std::string text(size, '\0');
    std::ranges::generate(text, [this] { return static_cast<char>('a' + static_cast<int>(random_() % 26)); });
    return text;
  }

  void add_message() {
    Message message{sent_.size(), std::format("PUT /{} HTTP/1.1\r\nHost: x\r\nA: {}\r\n", text(5), text(draw(1000))),
                    ""};
    auto const framing = draw_evenly(3);
    if (framing > 0) message.content = text(draw(draw_evenly(10) ? 500 : 200'000));
    std::string framed = message.content;
    if (framing == 2) {
      framed.clear();
      for (auto rest = std::string_view(message.content); !rest.empty();) {
        auto const piece = rest.substr(0, 1 + draw(30'000));
        framed += std::format("{:x}\r\n{}\r\n", piece.size(), piece);
        rest.remove_prefix(piece.size());
      }
      framed += "0\r\n\r\n";
    }
    message.head += framing == 0   ? "\r\n"
                    : framing == 1 ? std::format("Content-Length: {}\r\n\r\n", framed.size())
                                   : "Transfer-Encoding: chunked\r\n\r\n";
    sent_ += message.head + framed;
    messages_.push_back(std::move(message));
  }

  void receive() {
    auto const space = reader_.space().value();
    auto const count = std::min({space.size(), sent_.size() - received_, 1 + draw(draw_evenly(2) ? 100 : 300'000)});
    sent_.copy(space.data(), count, received_);
    received_ += count;
    progress_ = reader_.received(count);
    ASSERT_NE(progress_, Progress::refused) << reader_.refusal().detail;
  }

  void leave_message() {
    auto const& message = messages_[read_++];
    auto const& request = reader_.request();
    EXPECT_EQ(std::format("PUT {} HTTP/1.1", request.text(request.path)),
              message.head.substr(0, message.head.find('\r')));
    EXPECT_EQ(request.text(request.fields[1].value),
              message.head.substr(message.head.find("A: ") + 3, request.fields[1].value.size));
    EXPECT_TRUE(reader_.body() == message.content) << read_;
    if (auto const as_received = reader_.as_received()) {
      EXPECT_TRUE(std::string(as_received->head).append(as_received->rest) ==
                  sent_.substr(message.begin, received_ - message.begin))
          << read_;
    }
    progress_ = reader_.next();
  }

  std::mt19937 random_;
  std::string sent_;
  std::vector<Message> messages_;
  std::size_t received_ = 0, read_ = 0;
  RequestReader reader_;
  Progress progress_ = Progress::incomplete;
};

struct SharedPoolTest : testing::TestWithParam<unsigned> {
  Limits limits;
  Policy const policy;
  BufferPool pool;

  // What is nobody's may hold anything.
  void spoil() {
    for (auto buffer : {&BufferPool::take, &BufferPool::take_wide}) {
      auto free = (pool.*buffer)();
      std::fill_n(free.bytes.get(), free.bytes ? free.capacity : 0, '?');
      pool.give_back(std::move(free));
    }
  }
};

TEST_P(SharedPoolTest, IsOfNoConcernToThoseWhoShareIt) {
  Client one(limits, policy, pool, 2 * GetParam()), other(limits, policy, pool, 2 * GetParam() + 1);
  std::mt19937 random(GetParam());
  while (!HasFailure() && !(one.has_ended() && other.has_ended())) {
    auto& turn = other.has_ended() || (!one.has_ended() && random() % 2) ? one : other;
    turn.go_on();
    spoil();
  }
  EXPECT_EQ(pool.account().used(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SharedPoolTest, testing::Range(0u, 100u));

}  // namespace
}  // namespace http
