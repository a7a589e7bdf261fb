// How fast the pieces of one answer follow each other. Those of a burst may be held for a moment, so that they do not
// cost a system call and a packet each; the first of it go at once, since the application may fall silent behind them.
// One thread.
#pragma once

#include <chrono>
#include <utility>

#include "base/clock.h"

namespace http {

class Burst {
 public:
  // None has come.
  void clear() { *this = {}; }

  // One comes. True: it may be held.
  bool add(base::Instant now) {
    follows_ = now - std::exchange(last_, now) < kPause ? follows_ + 1 : 0;
    return follows_ >= kAtOnce;
  }

 private:
  static constexpr base::Duration kPause = std::chrono::microseconds(50);  // to send one takes a tenth of that
  static constexpr int kAtOnce = 2;                                        // an event of two lines

  base::Instant last_;
  int follows_ = 0;
};

}  // namespace http
