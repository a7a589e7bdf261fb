#include "http/percent.h"

#include <charconv>

namespace http {

std::string_view percent_decoded(std::string_view text, std::string& storage) {
  if (!text.contains('%')) return text;
  storage.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char octet = 0;
    auto const digits = text.substr(i, 3);
    if (digits.size() == 3 && digits[0] == '%' &&
        std::from_chars(digits.data() + 1, digits.data() + 3, octet, 16).ptr == digits.data() + 3) {
      storage += static_cast<char>(octet);
      i += 2;
    } else {
      storage += text[i];
    }
  }
  return storage;
}

}  // namespace http
