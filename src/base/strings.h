// Small questions about text, ASCII only, without a locale.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return to_lower(a) == to_lower(b); });
}

std::string lower(std::string_view);
std::string_view trim(std::string_view text, std::string_view blanks = " \t\r\n");
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::vector<std::string> const& pieces, std::string_view separator);

// A decimal number of digits only: no sign, blank, underscore or prefix; nothing when it does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view);

}  // namespace base
