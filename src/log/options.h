// What the logs are to be. Made by main from the settings.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "log/level.h"
#include "log/syslog.h"

namespace logging {

enum class Format : std::uint8_t { text, json };

// An exception's line ends with its traceback.
enum class Kind : std::uint8_t { message, exception };

// Any thread calls it.
using LinesTo = std::function<void(Level, std::string_view line, Kind)>;

struct Options {
  std::string error_path = "-";  // "-" is standard error
  std::string access_path = "";  // "-" is standard output; empty: no access log
  Level level = Level::info;
  Format format = Format::text;
  // Where error_path is "-": INFO and below go to standard output.
  bool splits_streams = false;
  // Where error_path is a file: standard output and error of the process go there too.
  bool captures_output = false;
  std::optional<Syslog::Options> syslog = {};
  // Takes the lines of the error channel in the place of all that; there is no access channel then.
  LinesTo lines_to = {};
};

}  // namespace logging
