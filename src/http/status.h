// Status codes and their phrases (RFC 9110 section 15, and the IANA registry of HTTP status codes).
#pragma once

#include <string>
#include <string_view>

namespace http {

// The phrase for `status`, or "Unknown".
std::string_view reason_phrase(int status);

// "404 Not Found"
std::string status_line(int status);

// RFC 9110 sections 6.4.1, 15.2, 15.3.5, 15.4.5: answers that never carry content.
constexpr bool forbids_content(int status) {
  return (status >= 100 && status < 200) || status == 204 || status == 304;
}

}  // namespace http
