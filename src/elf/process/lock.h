// Locks of the loader: a thread may take one again that it holds, and they survive a fork (fork.cpp).
// Not std::recursive_mutex: these are needed before any constructor has run.
#pragma once

#include <atomic>
#include <mutex>

namespace elf {

class RecursiveLock {
 public:
  void lock();
  void unlock();

 private:
  std::mutex mutex_;
  std::atomic<void const*> owner_{nullptr};
  int depth_ = 0;
};

}  // namespace elf
