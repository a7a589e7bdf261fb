#include "log/escape.h"

#include <algorithm>

#include "log/utf8.h"

namespace logging {
namespace {

constexpr bool is_plain(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

void append_hex(std::string& into, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (char const c : bytes) {
    into += "\\x";
    into += kHex[static_cast<unsigned char>(c) >> 4];
    into += kHex[c & 15];
  }
}

// U+0080 to U+009F: a terminal may take them for the beginning of a command, as it does ESC.
bool is_c1_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

void append_escaped(std::string& into, std::string_view text) {
  while (!text.empty()) {
    auto const plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    into += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    auto const taken = take_character(text);
    auto const bytes = text.substr(0, taken.size);
    if (text[0] == '"' || text[0] == '\\')
      (into += '\\') += text[0];
    else if (taken.size > 1 && taken.is_character && !is_c1_control(bytes))
      into += bytes;
    else
      append_hex(into, bytes);
    text.remove_prefix(taken.size);
  }
}

std::string escaped(std::string_view text) {
  std::string result;
  append_escaped(result, text);
  return result;
}

}  // namespace logging
