#include "http/authority.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"

namespace http {
namespace {

// reg-name but for its percent-encodings: unreserved and sub-delims.
constexpr auto kNameChars = [] {
  std::array<bool, 256> is_good{};
  for (char const c : std::string_view("-._~!$&'()*+,;=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    is_good[static_cast<unsigned char>(c)] = true;
  return is_good;
}();

constexpr bool is_hex(char c) {
  return base::is_digit(c) || (base::to_lower(c) >= 'a' && base::to_lower(c) <= 'f');
}

bool is_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kNameChars[static_cast<unsigned char>(text[i])]) continue;
    if (text[i] != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

bool is_bracketed_ipv6(std::string_view text) {
  if (text.size() < 4 || !text.starts_with('[') || !text.ends_with(']')) return false;
  in6_addr address;
  return ::inet_pton(AF_INET6, std::string(text.substr(1, text.size() - 2)).c_str(), &address) == 1;
}

}  // namespace

std::optional<Authority> Authority::parse(std::string_view text) {
  Authority result{text, std::nullopt};
  bool const is_bracketed = text.starts_with('[');
  auto const colon = text.find(':', is_bracketed ? std::min(text.find(']'), text.size()) : 0);
  if (colon != text.npos) result = {text.substr(0, colon), text.substr(colon + 1)};
  if (!std::ranges::all_of(result.port.value_or(""), base::is_digit)) return std::nullopt;
  if (is_bracketed ? !is_bracketed_ipv6(result.host) : !is_name(result.host)) return std::nullopt;
  return result;
}

bool Authority::has_valid_port() const {
  auto const number = base::parse_decimal(port.value_or(""));
  return number && *number >= 1 && *number <= 65535;
}

}  // namespace http
