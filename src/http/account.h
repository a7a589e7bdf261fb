// How much memory the clients of one worker take up together, against a limit. Charged for what is kept while somebody
// slow is waited for, not for what comes and goes within a turn. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace http {

class Account {
 public:
  // 0: no limit.
  explicit Account(std::size_t limit = 0) : limit_(limit) {}

  bool is_full() const { return limit_ && used() >= limit_; }
  bool has_room(std::size_t more) const { return !limit_ || used() + more <= limit_; }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  void change(std::size_t before, std::size_t now) { used_.fetch_add(now - before, std::memory_order_relaxed); }

 private:
  std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
};

// What one thing is charged for, until it goes. The account outlives it.
class Charge {
 public:
  explicit Charge(Account& account) : account_(account) {}
  Charge(Charge const&) = delete;
  Charge& operator=(Charge const&) = delete;
  ~Charge() { set(0); }

  std::size_t bytes() const { return bytes_; }
  void set(std::size_t bytes) {
    if (bytes != bytes_) account_.change(std::exchange(bytes_, bytes), bytes);
  }

 private:
  Account& account_;
  std::size_t bytes_ = 0;
};

}  // namespace http
