// Base64 with padding (RFC 4648 section 4).
#pragma once

#include <string>
#include <string_view>

namespace base {

std::string to_base64(std::string_view bytes);

// Up to the padding or the first character that does not belong.
std::string from_base64(std::string_view text);

}  // namespace base
