#include "log/json.h"

#include <algorithm>
#include <format>
#include <iterator>

namespace logging {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr bool is_plain(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

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

// How many bytes at the front of `text` belong together, and whether they are a character. Of a broken one as many as
// could have begun it (the practice of Unicode, section 3.9).
struct Taken {
  std::size_t size;
  bool is_character;
};

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
