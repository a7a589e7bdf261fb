// Whole numbers as Python's int() reads them, so that a value means the same as under Gunicorn.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace config {

// int(text): decimal, with a sign, single underscores between digits and blanks around it.
std::optional<std::int64_t> parse_integer(std::string_view text);

// int(text, 0): also 0x, 0o and 0b; a decimal number has no leading zeros.
std::optional<std::int64_t> parse_integer_literal(std::string_view text);

// A file mode: as a literal, but "0022" is octal as in a shell.
std::optional<std::int64_t> parse_mode(std::string_view text);

}  // namespace config
