#include "log/json.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "log/utf8.h"

namespace logging {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr bool is_plain(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

void append_special(std::string& into, char c) {
  switch (c) {
    case '"':
    case '\\':
      into += '\\';
      into += c;
      return;
    case '\n':
      into += "\\n";
      return;
    case '\r':
      into += "\\r";
      return;
    case '\t':
      into += "\\t";
      return;
    default:
      std::format_to(std::back_inserter(into), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_json(std::string& into, std::string_view text) {
  into += '"';
  while (!text.empty()) {
    auto const plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    into += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    std::size_t taken = 1;
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      append_special(into, text[0]);
    } else {
      auto const character = take_character(text);
      taken = character.size;
      into += character.is_character ? text.substr(0, taken) : kReplacement;
    }
    text.remove_prefix(taken);
  }
  into += '"';
}

void JsonTime::append(std::string& into, base::WallTime time) {
  auto const second = std::chrono::floor<std::chrono::seconds>(time);
  if (second != second_) {
    text_ = base::format_utc(time, "%Y-%m-%dT%H:%M:%S");
    second_ = second;
  }
  auto const milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - second).count();
  std::format_to(std::back_inserter(into), "{}.{:03}Z", text_, milliseconds);
}

}  // namespace logging
