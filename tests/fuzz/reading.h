// Reads bytes as a connection does, and renders what comes of them: a line per request, and the refusal.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <format>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "fuzzing.h"
#include "http/request_reader.h"

namespace fuzzing {

inline std::string render(http::RequestReader const& reader, std::string_view content) {
  auto const& request = reader.request();
  auto text = std::format("{} {} ?{} {}{}{}{}", request.text(request.method), request.text(request.path),
                          request.text(request.query), request.minor_version, request.keep_alive ? "" : " close",
                          request.expects_continue ? " continue" : "", request.is_secure ? " secure" : "");
  for (auto const& field : request.fields)
    text += std::format(" [{}={}]", request.text(field.name), request.text(field.value));
  return text + std::format(" {{{}}}\n", content);
}

// Whoever is given a complete message as it was received reads the same.
inline void expect_to_move(http::RequestReader const& reader, std::string const& rendered, http::Limits const& limits,
                           http::Policy const& policy, bool trusted) {
  auto const received = reader.as_received();
  if (!received) return;
  http::BufferPool pool;
  http::RequestReader other(limits, policy, pool, trusted);
  expect(
      other.begin_with(std::string(received->head).append(received->rest)) == http::RequestReader::Progress::complete,
      "what has moved is complete");
  expect(render(other, other.body()) == rendered, "what has moved is the same");
}

// Content as an application takes it that does not wait for all of it (Policy::gathers_content).
class Taker {
 public:
  explicit Taker(http::RequestReader& reader) : reader_(reader) {}

  void begin() {
    is_taking_ = true;
    expect(reader_.begin_taking().has_value(), "there is room for what comes");
  }
  bool is_taking() const { return is_taking_; }

  // In turn for a little and for much, which comes without the buffer.
  std::span<char> space() {
    is_much_ = !is_much_;
    space_ = reader_.space(std::span(into_).first(is_much_ ? into_.size() : 7));
    return space_;
  }
  void received(std::size_t count) {
    if (count && space_.data() == into_.data()) content_.append(into_.data(), count);
    for (std::array<char, 7> some; auto const taken = reader_.take(some);) content_.append(some.data(), taken);
  }

  // Of a message that is complete.
  std::string end() {
    if (!std::exchange(is_taking_, false)) return std::string(reader_.body());
    return std::exchange(content_, {});
  }

 private:
  http::RequestReader& reader_;
  bool is_taking_ = false;
  bool is_much_ = false;
  std::array<char, 8192> into_;
  std::span<char> space_;
  std::string content_;
};

// `next_size` says how many bytes come at a time.
inline std::string read(std::string_view input, http::Limits const& limits, http::Policy const& policy, bool trusted,
                        std::function<std::size_t()> const& next_size) {
  http::BufferPool pool;
  http::RequestReader reader(limits, policy, pool, trusted);
  Taker taker(reader);
  std::string seen;
  while (!input.empty()) {
    auto const space = taker.is_taking() ? base::Result<std::span<char>>(taker.space()) : reader.space();
    expect(space.has_value() && !space->empty(), "there is room for what comes");
    auto const count = std::min({next_size(), input.size(), space->size()});
    std::memcpy(space->data(), input.data(), count);
    input.remove_prefix(count);
    auto progress = reader.received(count);
    if (taker.is_taking()) taker.received(count);
    for (; progress == http::RequestReader::Progress::complete; progress = reader.next()) {
      auto const rendered = render(reader, taker.end());
      if (policy.gathers_content) expect_to_move(reader, rendered, limits, policy, trusted);
      seen += rendered;
    }
    if (count % 3 == 0 && !taker.is_taking()) reader.rest();
    if (progress == http::RequestReader::Progress::taking && !taker.is_taking()) {
      taker.begin();
      taker.received(0);
    }
    auto const& known = reader.request_so_far();
    expect(known.text(known.method).size() <= limits.line(), "what is known of a message that is given up is readable");
    if (progress == http::RequestReader::Progress::refused)
      return seen + std::format("{} {}\n", reader.refusal().status, reader.refusal().detail);
  }
  return seen + (reader.is_idle() ? "" : "incomplete\n");
}

inline std::string read_whole(std::string_view input, http::Limits const& limits, http::Policy const& policy,
                              bool trusted) {
  return read(input, limits, policy, trusted, [&] { return input.size(); });
}

inline std::string read_in_fragments(std::string_view input, http::Limits const& limits, http::Policy const& policy,
                                     bool trusted) {
  return read(input, limits, policy, trusted, [fragments = Fragments(input)]() mutable { return fragments.next(); });
}

}  // namespace fuzzing
