// Percent-decoding of paths (RFC 3986 section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace http {

// `text` itself when nothing in it is encoded, else the decoded text in `storage`. A "%" that begins no octet stays.
std::string_view percent_decoded(std::string_view text, std::string& storage);

}  // namespace http
