// Starting threads where there may be too many already: a container's limit of tasks is an everyday one.
#pragma once

#include <functional>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace base {

// For operators whose kernel starts no more threads or processes (EAGAIN).
inline constexpr std::string_view kWayToMoreTasks = "raise pids.max, TasksMax or ulimit -u";

// Fails where there may be no more.
Result<std::thread> start_thread(std::function<void()> run);

}  // namespace base
