// How grave a line of the error log is, in Gunicorn's five steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace logging {

enum class Level : std::uint8_t { debug, info, warning, error, critical };

// By name, in any case; nothing for a word that names no level.
std::optional<Level> parse_level(std::string_view name);

// Of a number of Python's logging module.
Level level_of(long number);

}  // namespace logging
