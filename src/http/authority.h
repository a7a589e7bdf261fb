// uri-host [ ":" port ], as Host, absolute-form and authority-form have it (RFC 9110 section 7.2, RFC 3986 section
// 3.2). User information has no place in any of them (RFC 9110 section 4.2.4).
#pragma once

#include <optional>
#include <string_view>

namespace http {

struct Authority {
  std::string_view host;                 // may be empty; an IPv6 address is in brackets
  std::optional<std::string_view> port;  // digits, or nothing behind a colon

  // Views into `text`; nothing when it has not that form.
  static std::optional<Authority> parse(std::string_view text);

  // There is one, from 1 to 65535.
  bool has_valid_port() const;
};

}  // namespace http
