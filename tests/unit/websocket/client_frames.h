// Frames as a client sends them, and what a reader makes of them.
#pragma once

#include <gtest/gtest.h>

#include <format>
#include <string>
#include <vector>

#include "websocket/frame_reader.h"

namespace websocket {

inline constexpr std::string_view kKey = "\x37\xfa\x21\x3d";  // of the examples of RFC 6455 section 5.7

inline std::string masked(std::string payload, std::string_view key = kKey) {
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= key[i % 4];
  return payload;
}

// A header by its bytes, whatever they say; the length is that of the payload unless it is in `header`.
inline std::string frame_of(std::string header, std::string const& payload) {
  if (header.size() == 1) header += static_cast<char>(0x80 | payload.size());
  return header.append(kKey) + masked(payload);
}

inline std::string big_endian(std::uint64_t number, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(number >> 8 * bytes & 0xff);
  return text;
}

inline constexpr unsigned kFin = 0x80;

// `first` is the byte with FIN and the opcode.
inline std::string frame(unsigned first, std::string const& payload) {
  std::string header(1, static_cast<char>(first));
  auto const size = payload.size();
  if (size > 0xffff)
    header += "\xff" + big_endian(size, 8);
  else if (size > 125)
    header += "\xfe" + big_endian(size, 2);
  return frame_of(header, payload);
}

inline std::string text(std::string const& payload) {
  return frame(kFin | 1, payload);
}

inline std::string close(std::uint16_t code, std::string const& reason = "") {
  return frame(kFin | 8, big_endian(code, 2) + reason);
}

inline std::string render(std::vector<Event> const& events) {
  std::string all;
  for (auto const& [kind, payload, code] : events) {
    auto const* const name = kind == Kind::text     ? "text"
                             : kind == Kind::binary ? "binary"
                             : kind == Kind::ping   ? "ping"
                             : kind == Kind::pong   ? "pong"
                                                    : "close";
    all += std::format("{}{}({})\n", name, code ? std::to_string(code) : "", payload);
  }
  return all;
}

// In pieces that end where `ends` says, and at the end.
inline std::string read_in_pieces(std::string bytes, std::vector<std::size_t> ends, std::size_t most) {
  FrameReader reader(most);
  std::vector<Event> events;
  ends.push_back(bytes.size());
  std::size_t at = 0;
  for (auto const end : ends) {
    if (auto const failure = reader.feed(std::span(bytes).subspan(at, end - at), events))
      return render(events) + std::format("{} {}\n", failure->code, failure->reason);
    at = end;
  }
  return render(events);
}

// A line per event and the failure. Split anywhere (of a long input near its ends), and byte by byte, it is the same.
inline std::string read(std::string const& bytes, std::size_t most = 1 << 20) {
  auto const whole = read_in_pieces(bytes, {}, most);
  std::vector<std::size_t> all;
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    all.push_back(at);
    if (at < 300 || at + 300 > bytes.size()) EXPECT_EQ(read_in_pieces(bytes, {at}, most), whole) << at;
  }
  EXPECT_EQ(read_in_pieces(bytes, all, most), whole) << "byte by byte";
  return whole;
}

// How many bytes are read before it fails; npos: it does not.
inline std::size_t bytes_to_failure(std::string bytes, std::size_t most = 1 << 20) {
  FrameReader reader(most);
  std::vector<Event> events;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    if (reader.feed(std::span(bytes).subspan(at, 1), events)) return at + 1;
  return std::string::npos;
}

}  // namespace websocket
