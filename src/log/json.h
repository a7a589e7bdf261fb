// JSON text (RFC 8259) for lines of a log, appended to a buffer of the caller's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace logging {

// `text` as a string, quotes included. Whatever its bytes, the result is valid UTF-8: what is none becomes U+FFFD.
void append_json(std::string& into, std::string_view text);

// RFC 3339 in UTC, "2026-11-20T09:34:47.123Z". Remembers the second; one per thread.
class JsonTime {
 public:
  void append(std::string& into, base::WallTime time);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
  std::string text_;
};

}  // namespace logging
