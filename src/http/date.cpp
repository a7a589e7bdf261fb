#include "http/date.h"

namespace http {

std::string http_date(base::WallTime time) {
  return base::format_utc(time, "%a, %d %b %Y %H:%M:%S GMT");
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
