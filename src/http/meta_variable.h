// What CGI calls the fields of a request (RFC 3875 section 4.1.18).
#pragma once

#include <string>
#include <string_view>

namespace http {

// "HTTP_USER_AGENT" of "User-Agent"; Content-Length and Content-Type have no prefix.
std::string meta_variable(std::string_view field_name);

}  // namespace http
