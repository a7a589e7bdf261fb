#include "config/integer.h"

#include <charconv>
#include <string>

#include "base/strings.h"

namespace config {
namespace {

// The digits without their underscores, each of which must stand between two others.
std::optional<std::string> without_underscores(std::string_view digits) {
  std::string plain;
  char previous = '_';
  for (char const c : digits) {
    if (c == '_' && previous == '_') return std::nullopt;
    if (c != '_') plain += c;
    previous = c;
  }
  if (previous == '_') return std::nullopt;
  return plain;
}

std::optional<std::int64_t> parse_digits(std::string_view digits, int base, bool negative) {
  auto plain = without_underscores(digits);
  if (!plain || plain->starts_with('-')) return std::nullopt;
  if (negative) plain->insert(0, "-");
  std::int64_t value = 0;
  auto const* const end = plain->data() + plain->size();
  auto const [stop, error] = std::from_chars(plain->data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Signed {
  std::string_view digits;
  bool negative;
};

Signed split_sign(std::string_view text) {
  text = base::trim(text, " \t\r\n\v\f");
  bool const negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return {text, negative};
}

int base_of_prefix(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  switch (base::to_lower(digits[1])) {
    case 'x':
      return 16;
    case 'o':
      return 8;
    case 'b':
      return 2;
    default:
      return 10;
  }
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  auto const [digits, negative] = split_sign(text);
  return parse_digits(digits, 10, negative);
}

std::optional<std::int64_t> parse_integer_literal(std::string_view text) {
  auto [digits, negative] = split_sign(text);
  int const base = base_of_prefix(digits);
  if (base != 10) {
    digits.remove_prefix(2);
    if (digits.starts_with('_')) digits.remove_prefix(1);
  } else if (digits.starts_with('0') && digits.find_first_not_of("0_") != digits.npos) {
    return std::nullopt;
  }
  return parse_digits(digits, base, negative);
}

std::optional<std::int64_t> parse_mode(std::string_view text) {
  auto const [digits, negative] = split_sign(text);
  bool const shell_octal = digits.size() > 1 && digits[0] == '0' && base::is_digit(digits[1]);
  return shell_octal ? parse_digits(digits, 8, negative) : parse_integer_literal(text);
}

}  // namespace config
