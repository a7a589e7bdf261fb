// What a client sends after the handshake is read the same in all fragments, and what is read keeps what it promises.
#include <algorithm>
#include <format>
#include <span>

#include "fuzzing.h"
#include "websocket/frame_reader.h"

namespace {

bool is_utf8(std::string_view text) {
  websocket::Utf8 utf8;
  // Byte by byte, as a reader in a hurry does not.
  return std::ranges::all_of(text, [&](char c) { return utf8.add({&c, 1}); }) && utf8.is_whole();
}

void check(websocket::Event const& event, std::size_t most) {
  using websocket::Kind;
  auto const& [kind, payload, code] = event;
  bool const is_message = kind == Kind::text || kind == Kind::binary;
  fuzzing::expect(payload.size() <= (is_message ? most : websocket::kLargestControlPayload), "nothing is too long");
  fuzzing::expect((kind != Kind::text && kind != Kind::close) || is_utf8(payload), "text is UTF-8");
  bool const has_code = code == websocket::kNoCode || websocket::may_be_sent(code);
  fuzzing::expect(kind == Kind::close ? has_code : code == 0, "a close frame has a code");
}

template <typename NextSize>
std::string read(std::string bytes, std::size_t most, NextSize next_size) {
  websocket::FrameReader reader(most);
  std::vector<websocket::Event> events;
  std::optional<websocket::Failure> failure;
  for (auto rest = std::span(bytes); !rest.empty() && !failure;) {
    auto const piece = rest.first(std::min(next_size(), rest.size()));
    failure = reader.feed(piece, events);
    rest = rest.subspan(piece.size());
  }
  std::string seen;
  for (auto const& event : events) {
    check(event, most);
    seen += std::format("{} {} {{{}}}\n", std::to_underlying(event.kind), event.code, event.payload);
  }
  return failure ? seen + std::format("{} {}\n", failure->code, failure->reason) : seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzzing::Input const input(data, size);
  std::size_t const most = std::size_t{input.choice} * 4;
  std::string const bytes(input.text);
  auto const whole = read(bytes, most, [&] { return bytes.size(); });
  fuzzing::expect_equal(whole, read(bytes, most, [] { return std::size_t{1}; }), "it may come byte by byte");
  fuzzing::Fragments fragments(input.text);
  fuzzing::expect_equal(whole, read(bytes, most, [&] { return fragments.next(); }), "fragments do not matter");
  return 0;
}
