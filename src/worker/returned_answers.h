// Answers that were complete while another thread led, for that one to deal with. Any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "worker/answer.h"

namespace worker {

class ReturnedAnswers {
 public:
  void put(Answer answer) {
    std::lock_guard const lock(mutex_);
    answers_.push_back(answer);
    has_some_.store(true, std::memory_order_release);
  }

  // Costs no lock. Who puts one wakes the leader afterwards.
  bool has_some() const { return has_some_.load(std::memory_order_acquire); }

  // All there are.
  std::vector<Answer> take() {
    std::lock_guard const lock(mutex_);
    has_some_.store(false, std::memory_order_relaxed);
    return std::exchange(answers_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Answer> answers_;
  std::atomic<bool> has_some_ = false;
};

}  // namespace worker
