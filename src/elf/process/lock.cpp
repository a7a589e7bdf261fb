#include "elf/process/lock.h"

namespace elf {
namespace {

// The thread pointer names a thread, and stays the same in a forked child.
void const* this_thread() {
  return __builtin_thread_pointer();
}

}  // namespace

void RecursiveLock::lock() {
  if (owner_.load(std::memory_order_relaxed) != this_thread()) {
    mutex_.lock();
    owner_.store(this_thread(), std::memory_order_relaxed);
  }
  ++depth_;
}

void RecursiveLock::unlock() {
  if (--depth_ > 0) return;
  owner_.store(nullptr, std::memory_order_relaxed);
  mutex_.unlock();
}

}  // namespace elf
