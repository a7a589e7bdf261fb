#include "log/escape.h"

#include <cstdint>
#include <cstring>

#include "log/utf8.h"

namespace logging {
namespace {

// A byte in every place of a word, for what can be said of all its bytes at once.
template <typename Word>
constexpr Word each(unsigned char byte) {
  return static_cast<Word>(static_cast<Word>(~Word()) / 0xff * byte);
}

// Whether one of them is less than `limit`, which is 128 at most (Warren, Hacker's Delight, section 6-1).
template <typename Word>
constexpr bool has_less(Word bytes, unsigned char limit) {
  return (bytes - each<Word>(limit)) & ~bytes & each<Word>(0x80);
}

template <typename Word>
constexpr bool has(Word bytes, unsigned char wanted) {
  return has_less<Word>(bytes ^ each<Word>(wanted), 1);
}

// Whether all bytes of a word stay as they are.
template <typename Word>
bool are_plain(char const* at) {
  Word bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return !(bytes & each<Word>(0x80)) && !has_less(bytes, ' ') && !has(bytes, 0x7f) && !has(bytes, '"') &&
         !has(bytes, '\\');
}

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (text.size() - length >= 8 && are_plain<std::uint64_t>(text.data() + length)) length += 8;
  while (length < text.size() && are_plain<std::uint8_t>(text.data() + length)) ++length;
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
