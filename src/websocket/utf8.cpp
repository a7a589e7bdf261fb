#include "websocket/utf8.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "log/utf8.h"

namespace websocket {
namespace {

static_assert(std::endian::native == std::endian::little);  // the first byte of a word is its least

constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;

std::size_t ascii_size(std::string_view text) {
  std::size_t size = 0;
  for (std::uint64_t word; text.size() - size >= sizeof word; size += sizeof word) {
    std::memcpy(&word, text.data() + size, sizeof word);
    if (auto const others = word & kHighBits) return size + static_cast<std::size_t>(std::countr_zero(others)) / 8;
  }
  while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) ++size;
  return size;
}

}  // namespace

bool Utf8::add(std::string_view piece) {
  for (;;) {
    if (is_whole()) piece.remove_prefix(ascii_size(piece));
    if (piece.empty()) return true;
    if (!take(static_cast<unsigned char>(piece.front()))) return false;
    piece.remove_prefix(1);
  }
}

bool Utf8::take(unsigned char byte) {
  if (is_whole()) {
    auto const sequence = logging::sequence_after(byte);
    if (sequence.size == 0) return false;
    missing_ = static_cast<unsigned>(sequence.size) - 1;
    least_ = sequence.second_least;
    most_ = sequence.second_most;
    return true;
  }
  if (byte < least_ || byte > most_) return false;
  --missing_;
  least_ = 0x80;
  most_ = 0xbf;
  return true;
}

}  // namespace websocket
