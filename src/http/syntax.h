// The small grammar that all fields share (RFC 9110 section 5.6).
#pragma once

#include <array>
#include <string_view>

namespace http {

namespace detail {
inline constexpr auto kTokenChars = [] {
  std::array<bool, 256> is_token{};
  for (char const c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    is_token[static_cast<unsigned char>(c)] = true;
  return is_token;
}();
}  // namespace detail

// tchar.
constexpr bool is_token_char(char c) {
  return detail::kTokenChars[static_cast<unsigned char>(c)];
}

// Calls `use` for every element of a comma-separated list whose elements hold no quoted commas.
template <typename Use>
void for_each_element(std::string_view list, Use use) {
  while (!list.empty()) {
    auto const comma = list.find(',');
    auto element = list.substr(0, comma);
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    while (element.starts_with(' ') || element.starts_with('\t')) element.remove_prefix(1);
    while (element.ends_with(' ') || element.ends_with('\t')) element.remove_suffix(1);
    if (!element.empty()) use(element);
  }
}

}  // namespace http
