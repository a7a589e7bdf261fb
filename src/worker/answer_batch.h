// Answers that are complete and wait until a few requests behind them are too. The first byte sent to a peer that
// sleeps wakes it, which takes the sender longer than all the rest of the call; those that follow at once find it
// awake. Used by the leader of the core alone.
#pragma once

#include <algorithm>
#include <chrono>
#include <span>
#include <vector>

#include "base/clock.h"
#include "worker/answer.h"

namespace worker {

// Of which requests, while others wait.
struct Gathering {
  // Those that take less keep the peer busy with their answers: it does not fall asleep in between.
  base::Duration shortest = std::chrono::microseconds(16);
  // No answer waits longer, as far as requests of late tell how long the next will take.
  base::Duration patience = std::chrono::microseconds(250);
};

class AnswerBatch {
 public:
  explicit AnswerBatch(Gathering gathering) : gathering_(gathering) {}

  // A request took so long. Where one in a few dozen waits for something, a database for one, none is held for it: the
  // next is expected to take as long as the longest of late, which loses an eighth with each.
  void learn(base::Duration took) { expected_ = std::max(took, expected_ - expected_ / 8); }

  bool is_worthwhile() const { return expected_ >= gathering_.shortest && expected_ < gathering_.patience; }

  // False: the first of them would wait for too long, so they should all go.
  bool add(Answer answer, base::Instant now) {
    if (answers_.empty()) since_ = now;
    if (now + expected_ - since_ >= gathering_.patience) return false;
    answers_.push_back(answer);
    return true;
  }

  std::span<Answer const> answers() const { return answers_; }
  void clear() { answers_.clear(); }

 private:
  Gathering gathering_;
  std::vector<Answer> answers_;
  base::Instant since_;
  base::Duration expected_{0};
};

}  // namespace worker
