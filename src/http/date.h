// The Date field (RFC 9110 section 6.6.1), rendered once per second. Owned by one loop; not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace http {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(base::WallTime time);

// A date in that form; nothing if it is in no such.
std::optional<base::WallTime> parse_http_date(std::string const& text);

class DateField {
 public:
  // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" for the present second.
  std::string_view line(base::WallTime now);
  // That second, counted from 1970.
  std::int64_t second() const { return second_; }

 private:
  std::int64_t second_ = -1;
  std::string line_;
};

}  // namespace http
