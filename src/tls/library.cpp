#include "tls/library.h"

#include <mbedtls/error.h>

#include <algorithm>
#include <array>
#include <format>

#include "base/strings.h"

namespace tls {

std::string text_of(int error) {
  int const number = -error;
  auto const* text = mbedtls_high_level_strerr(error);
  if (!text) text = mbedtls_low_level_strerr(error);
  if (!text) return std::format("error -0x{:04x}", number);
  std::string_view words(text);
  if (auto const dash = words.find(" - "); dash != words.npos) words.remove_prefix(dash + 3);
  return std::format("{} (-0x{:04x})", base::trim(words), number);
}

std::string text_of_verification(std::uint32_t flags) {
  std::array<char, 1024> text{};
  int const size = mbedtls_x509_crt_verify_info(text.data(), text.size(), "", flags);
  std::string lines(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (lines.ends_with('\n')) lines.pop_back();
  std::ranges::replace(lines, '\n', ';');
  return lines;
}

}  // namespace tls
