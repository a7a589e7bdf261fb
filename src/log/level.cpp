#include "log/level.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace logging {

std::optional<Level> parse_level(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warning", "error", "critical"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (base::equal_ignoring_case(name, kNames[i])) return static_cast<Level>(i);
  }
  return std::nullopt;
}

Level level_of(long number) {
  return static_cast<Level>(std::clamp(number / 10 - 1, 0L, 4L));
}

}  // namespace logging
