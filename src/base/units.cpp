#include "base/units.h"

#include <limits>

#include "base/strings.h"

namespace base {

std::optional<ByteSize> parse_byte_size(std::string_view text) {
  text = trim(text);
  auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto const number = parse_decimal(text.substr(0, digits));
  auto unit = lower(trim(text.substr(digits)));
  if (!number) return std::nullopt;
  if (unit.empty() || unit == "b") return ByteSize{*number};
  constexpr std::string_view units = "kmgt";
  auto const power = units.find(unit[0]);
  auto const rest = std::string_view(unit).substr(1);
  if (power == units.npos || (!rest.empty() && rest != "b" && rest != "ib")) return std::nullopt;
  auto const shift = 10 * (power + 1);
  if (*number > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return ByteSize{*number << shift};
}

}  // namespace base
