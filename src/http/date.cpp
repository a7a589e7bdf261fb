#include "http/date.h"

namespace http {

std::string_view DateField::line(base::WallTime now) {
  auto const second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (second != second_) {
    second_ = second;
    line_ = "Date: " + base::format_utc(now, "%a, %d %b %Y %H:%M:%S GMT") + "\r\n";
  }
  return line_;
}

}  // namespace http
