// Reads bytes as a connection does, and renders what comes of them: a line per request, and the refusal.
#pragma once

#include <algorithm>
#include <cstring>
#include <format>
#include <functional>
#include <string>

#include "fuzzing.h"
#include "http/request_reader.h"

namespace fuzzing {

inline std::string render(http::RequestReader const& reader) {
  auto const& request = reader.request();
  auto text = std::format("{} {} ?{} {}{}{}{}", request.text(request.method), request.text(request.path),
                          request.text(request.query), request.minor_version, request.keep_alive ? "" : " close",
                          request.expects_continue ? " continue" : "", request.is_secure ? " secure" : "");
  for (auto const& field : request.fields)
    text += std::format(" [{}={}]", request.text(field.name), request.text(field.value));
  return text + std::format(" {{{}}}\n", reader.body());
}

// `next_size` says how many bytes come at a time.
inline std::string read(std::string_view input, http::Limits const& limits, http::Policy const& policy, bool trusted,
                        std::function<std::size_t()> const& next_size) {
  http::BufferPool pool;
  http::RequestReader reader(limits, policy, pool, trusted);
  std::string seen;
  while (!input.empty()) {
    auto const space = reader.space();
    expect(space.has_value() && !space->empty(), "there is room for what comes");
    auto const count = std::min({next_size(), input.size(), space->size()});
    std::memcpy(space->data(), input.data(), count);
    input.remove_prefix(count);
    auto progress = reader.received(count);
    for (; progress == http::RequestReader::Progress::complete; progress = reader.next()) seen += render(reader);
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
