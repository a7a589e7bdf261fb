#include "http/basic_auth.h"

#include "base/strings.h"

namespace http {
namespace {

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (base::is_digit(c)) return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// RFC 4648 section 4, up to the padding or the first character that does not belong.
std::string base64_decoded(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (char const c : text) {
    int const value = base64_value(c);
    if (value < 0) break;
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

}  // namespace

std::string basic_user(Request const& request) {
  auto const credentials = request.field("Authorization").value_or("");
  constexpr std::string_view scheme = "basic ";
  if (!base::equal_ignoring_case(credentials.substr(0, scheme.size()), scheme)) return {};
  auto const decoded = base64_decoded(base::trim(credentials.substr(scheme.size())));
  return decoded.substr(0, decoded.find(':'));
}

}  // namespace http
