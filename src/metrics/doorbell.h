// How workers wake the arbiter: an event counter shared across fork. Ringing never blocks; rings that nobody has
// answered yet count as one.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace metrics {

class Doorbell {
 public:
  static base::Result<Doorbell> create();

  void ring() const;
  // Readable while a ring is unanswered.
  int descriptor() const { return counter_.get(); }
  void answer() const;

 private:
  explicit Doorbell(base::Fd counter) : counter_(std::move(counter)) {}

  base::Fd counter_;
};

}  // namespace metrics
