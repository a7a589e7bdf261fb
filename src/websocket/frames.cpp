#include "websocket/frames.h"

#include <utility>

namespace websocket {
namespace {

constexpr auto kLargestReason = kLargestControlPayload - sizeof(std::uint16_t);

void append_number(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) out += static_cast<char>(number >> 8 * bytes & 0xff);
}

void append_header(std::string& out, Kind kind, std::size_t size) {
  out += static_cast<char>(0x80 | std::to_underlying(kind));
  if (size < 126) {
    append_number(out, size, 1);
  } else if (size <= 0xffff) {
    out += char{126};
    append_number(out, size, 2);
  } else {
    out += char{127};
    append_number(out, size, 8);
  }
}

std::string_view cut(std::string_view reason) {
  if (reason.size() <= kLargestReason) return reason;
  auto size = kLargestReason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0) == 0x80) --size;
  return reason.substr(0, size);
}

}  // namespace

void append_frame(std::string& out, Kind kind, std::string_view payload) {
  append_header(out, kind, payload.size());
  out += payload;
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
  if (code == kNoCode) return append_header(out, Kind::close, 0);
  reason = cut(reason);
  append_header(out, Kind::close, sizeof code + reason.size());
  append_number(out, code, sizeof code);
  out += reason;
}

}  // namespace websocket
