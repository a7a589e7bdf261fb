#include "log/escape.h"

#include <algorithm>

namespace logging {
namespace {

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
constexpr bool is_special(char c) {
  return is_control(c) || c == '"' || c == '\\';
}

void append_special(std::string& into, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  into += '\\';
  if (!is_control(c)) {
    into += c;
    return;
  }
  into += 'x';
  into += kHex[static_cast<unsigned char>(c) >> 4];
  into += kHex[c & 15];
}

}  // namespace

void append_escaped(std::string& into, std::string_view text) {
  while (!text.empty()) {
    auto const plain = static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
    into += text.substr(0, plain);
    if (plain == text.size()) return;
    append_special(into, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

std::string escaped(std::string_view text) {
  std::string result;
  append_escaped(result, text);
  return result;
}

}  // namespace logging
