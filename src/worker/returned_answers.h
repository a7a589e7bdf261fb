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
    {
      std::lock_guard const lock(mutex_);
      answers_.push_back(answer);
    }
    has_some_.store(true, std::memory_order_release);
  }

  // All there are. Costs no lock when there is none.
  std::vector<Answer> take() {
    if (!has_some_.exchange(false, std::memory_order_acquire)) return {};
    std::lock_guard const lock(mutex_);
    return std::exchange(answers_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Answer> answers_;
  std::atomic<bool> has_some_ = false;
};

}  // namespace worker
