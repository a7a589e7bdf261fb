// The right to lead: to run the core's loop. Held by one thread at a time.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

namespace worker {

class Baton {
 public:
  // `call` ends the loop of a leader that leads only until somebody else wants to.
  explicit Baton(std::function<void()> call) : call_(std::move(call)) {}

  bool try_take() { return mutex_.try_lock(); }

  // Waits its turn. A leader on standby gives way.
  void take() {
    if (mutex_.try_lock()) return;
    wanted_.fetch_add(1);
    if (standby_leads_.load()) call_();
    mutex_.lock();
    wanted_.fetch_sub(1);
  }

  void pass() { mutex_.unlock(); }

  // For a leader on standby: it leads until is_wanted().
  bool try_take_standby() {
    if (!mutex_.try_lock()) return false;
    standby_leads_.store(true);
    return true;
  }
  void pass_standby() {
    standby_leads_.store(false);
    mutex_.unlock();
  }
  bool is_wanted() const { return wanted_.load() > 0; }

 private:
  std::function<void()> call_;
  std::mutex mutex_;
  std::atomic<int> wanted_ = 0;
  std::atomic<bool> standby_leads_ = false;
};

}  // namespace worker
