#include "log/escape.h"

#include <cstdint>
#include <cstring>

#include "log/utf8.h"

namespace logging {
namespace {

constexpr bool is_plain(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

// Eight bytes in the place of one, for what can be said of all of them at once.
constexpr std::uint64_t each(unsigned char byte) {
  return 0x0101'0101'0101'0101U * byte;
}

// Whether one of them is zero (Warren, Hacker's Delight, section 6-1).
constexpr bool has_zero(std::uint64_t bytes) {
  return (bytes - each(1)) & ~bytes & each(0x80);
}

bool are_plain(char const* eight) {
  std::uint64_t bytes;
  std::memcpy(&bytes, eight, sizeof bytes);
  bool const has_control = (bytes - each(0x20)) & ~bytes & each(0x80);
  return !(bytes & each(0x80)) && !has_control && !has_zero(bytes ^ each(0x7f)) && !has_zero(bytes ^ each('"')) &&
         !has_zero(bytes ^ each('\\'));
}

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (text.size() - length >= 8 && are_plain(text.data() + length)) length += 8;
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

void append_hex(base::Text& into, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (char const c : bytes) {
    into.add("\\x").add(kHex[static_cast<unsigned char>(c) >> 4]).add(kHex[c & 15]);
  }
}

// U+0080 to U+009F: a terminal may take them for the beginning of a command, as it does ESC.
bool is_c1_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

void append_escaped(base::Text& into, std::string_view text) {
  while (!text.empty()) {
    auto const plain = plain_length(text);
    into.add(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    auto const taken = take_character(text);
    auto const bytes = text.substr(0, taken.size);
    if (text[0] == '"' || text[0] == '\\')
      into.add('\\').add(text[0]);
    else if (taken.size > 1 && taken.is_character && !is_c1_control(bytes))
      into.add(bytes);
    else
      append_hex(into, bytes);
    text.remove_prefix(taken.size);
  }
}

std::string escaped(std::string_view text) {
  base::Text result;
  append_escaped(result, text);
  return std::string(result.view());
}

}  // namespace logging
