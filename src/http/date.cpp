#include "http/date.h"

#include <time.h>

#include <ctime>

namespace http {

std::string http_date(base::WallTime time) {
  return base::format_utc(time, "%a, %d %b %Y %H:%M:%S GMT");
}

std::optional<base::WallTime> parse_http_date(std::string const& text) {
  std::tm parts{};
  char const* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end) return std::nullopt;
  return base::WallTime(std::chrono::seconds(::timegm(&parts)));
}

std::string_view DateField::line(base::WallTime now) {
  auto const second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (second != second_) {
    second_ = second;
    line_ = "Date: " + http_date(now) + "\r\n";
  }
  return line_;
}

}  // namespace http
