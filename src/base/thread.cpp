#include "base/thread.h"

#include <format>
#include <system_error>
#include <utility>

namespace base {

Result<std::thread> start_thread(std::function<void()> run) {
  try {
    return std::thread(std::move(run));
  } catch (std::system_error const& error) {
    return failure(std::format("cannot start a thread: {} ({})", error.code().message(), kWayToMoreTasks),
                   error.code().value());
  }
}

}  // namespace base
