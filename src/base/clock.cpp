#include "base/clock.h"

namespace base {
namespace {

Duration read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return duration_of(time);
}

std::string format(tm const& broken_down, char const* format) {
  char buffer[128];
  return std::string(buffer, ::strftime(buffer, sizeof buffer, format, &broken_down));
}

time_t seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Instant now() {
  return Instant(read(CLOCK_MONOTONIC));
}
WallTime wall_now() {
  return WallTime(read(CLOCK_REALTIME));
}
WallTime coarse_wall_now() {
  return WallTime(read(CLOCK_REALTIME_COARSE));
}

std::string format_local(WallTime time, char const* pattern) {
  time_t const whole = seconds(time);
  tm broken_down{};
  ::localtime_r(&whole, &broken_down);
  return format(broken_down, pattern);
}

std::string format_utc(WallTime time, char const* pattern) {
  time_t const whole = seconds(time);
  tm broken_down{};
  ::gmtime_r(&whole, &broken_down);
  return format(broken_down, pattern);
}

}  // namespace base
