#include "log/utf8.h"

#include <algorithm>

namespace logging {
namespace {

// What may follow a lead byte: RFC 3629 section 4 forbids overlong forms, surrogates and what lies beyond U+10FFFF.
struct Sequence {
  std::size_t size = 0;  // 0: no lead byte
  unsigned char second_least = 0x80, second_most = 0xbf;
};

constexpr Sequence sequence_after(unsigned char lead) {
  if (lead < 0xc2) return {};
  if (lead < 0xe0) return {2};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead < 0xf0) return {3};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead < 0xf4) return {4};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {};
}

}  // namespace

Taken take_character(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const sequence = sequence_after(byte(0));
  for (std::size_t i = 1; i < sequence.size; ++i) {
    if (i == text.size()) return {i, false};
    bool const fits = i == 1 ? byte(1) >= sequence.second_least && byte(1) <= sequence.second_most
                             : byte(i) >= 0x80 && byte(i) <= 0xbf;
    if (!fits) return {i, false};
  }
  return {std::max<std::size_t>(sequence.size, 1), sequence.size > 0};
}

}  // namespace logging
