#include "base/strings.h"

#include <charconv>
#include <limits>

namespace base {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_lower);
  return result;
}

std::string_view trim(std::string_view text, std::string_view blanks) {
  // Character by character: there is seldom one to take off, and a search for it would cost more.
  auto const is_blank = [&](char c) { return std::ranges::any_of(blanks, [c](char blank) { return blank == c; }); };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    auto const end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string join(std::vector<std::string> const& pieces, std::string_view separator) {
  std::string joined;
  for (auto const& piece : pieces) {
    if (&piece != &pieces.front()) joined += separator;
    joined += piece;
  }
  return joined;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  if (text.size() < std::numeric_limits<std::uint64_t>::digits10) {
    for (char const digit : text) value = value * 10 + static_cast<unsigned char>(digit - '0');
    return value;
  }
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace base
