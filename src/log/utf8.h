// Bytes that may or may not be UTF-8 (RFC 3629), taken apart one character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace logging {

// What follows the lead byte of a character: RFC 3629 section 4 forbids overlong forms, surrogates and what lies beyond
// U+10FFFF.
struct Sequence {
  std::size_t size = 0;                                   // with the lead; 0: no lead of several bytes
  unsigned char second_least = 0x80, second_most = 0xbf;  // the third and fourth are 0x80 to 0xbf
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

// How many bytes at the front of `text` belong together, and whether they are a character. Of a broken one as many as
// could have begun it (the practice of Unicode, section 3.9).
struct Taken {
  std::size_t size;
  bool is_character;
};

// Of a text that is not empty.
Taken take_character(std::string_view text);

}  // namespace logging
