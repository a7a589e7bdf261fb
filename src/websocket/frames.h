// The frames that a server sends (RFC 6455 section 5.2): never masked, never in fragments.
//
//   byte 0   FIN, three reserved bits, four bits of opcode
//   byte 1   MASK, seven bits of length; 126: the next two bytes are the length, 127: the next eight (big endian)
//   then     the masking key, four bytes, where MASK is set; the payload
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace websocket {

// By their opcodes (section 11.8).
enum class Kind : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

inline constexpr std::size_t kLargestControlPayload = 125;  // section 5.5
inline constexpr std::uint16_t kNoCode = 1005;              // of a close frame without a code (section 7.1.5)

// Whether a close frame may carry `code` (section 7.4, and 1012 to 1014 of IANA's registry).
constexpr bool may_be_sent(std::uint16_t code) {
  if (code < 1000 || code > 4999) return false;
  if (code < 3000) return code <= 1014 && (code < 1004 || code > 1006);
  return true;
}

// A message, or a ping or pong, whose payload is at most kLargestControlPayload. Text is UTF-8: not looked at.
void append_frame(std::string& out, Kind kind, std::string_view payload);

// `code` may_be_sent(), or is kNoCode: then the frame is empty. Of `reason`, which is UTF-8, as many characters as fit.
void append_close(std::string& out, std::uint16_t code, std::string_view reason);

}  // namespace websocket
