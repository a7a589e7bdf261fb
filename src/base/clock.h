// Time, by its two meanings: Instant for deadlines (CLOCK_MONOTONIC, the same in every process of the machine),
// WallTime for what people read.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace base {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

// As the kernel counts it.
inline Duration duration_of(timespec const& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Instant now();
WallTime wall_now();
// As the kernel stamps files: behind by some milliseconds.
WallTime coarse_wall_now();

// An Instant as a plain number for shared memory, and back. 0 stands for "never".
inline std::uint64_t to_ticks(Instant instant) {
  return static_cast<std::uint64_t>(instant.time_since_epoch().count());
}
inline Instant from_ticks(std::uint64_t ticks) {
  return Instant(Duration(static_cast<std::int64_t>(ticks)));
}

// strftime() of `time`, in local time or UTC.
std::string format_local(WallTime time, char const* format);
std::string format_utc(WallTime time, char const* format);

}  // namespace base
