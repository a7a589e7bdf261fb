// The lines of the access log that a lane has to say, on their way: requests that follow each other without a pause
// share a system call. Nothing waits longer than the standby thread's tick, nor once the lane has nothing to do.
//
// Any thread. What one call to the log is given fits into PIPE_BUF bytes, so that lines of several workers do not mix
// in a pipe (pipe(7)); a line that is longer by itself goes alone.
#pragma once

#include <limits.h>

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "log/log.h"

namespace worker {

class AccessLines {
 public:
  // Outlives the lines.
  explicit AccessLines(logging::Log& log) : log_(log) {}

  void add(std::string_view line) {
    if (!log_.access_takes_several()) return log_.access(line);
    std::lock_guard const lock(mutex_);
    if (count_ && lines_.size() + line.size() + 2 > PIPE_BUF) write();
    if (count_++) lines_ += '\n';
    lines_ += line;
    has_some_.store(true, std::memory_order_relaxed);
  }

  void flush() {
    if (!has_some_.load(std::memory_order_relaxed)) return;
    std::lock_guard const lock(mutex_);
    if (count_) write();
  }

 private:
  void write() {
    log_.access(lines_, count_);
    lines_.clear();
    count_ = 0;
    has_some_.store(false, std::memory_order_relaxed);
  }

  logging::Log& log_;
  std::mutex mutex_;
  std::string lines_;
  unsigned count_ = 0;
  std::atomic<bool> has_some_ = false;
};

}  // namespace worker
