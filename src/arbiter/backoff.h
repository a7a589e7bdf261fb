// How long to wait before the next worker is started when workers keep dying young. The first deaths, as many as there
// are workers and one more, cost nothing: an operator or the kernel may have killed them all, and their successors are
// wanted at once. From then on the pause doubles with each death up to the policy's longest; a worker that lived long
// enough ends the count. For one that has served that is soon: what killed it may be a request of a client's, and the
// others shall not wait.
#pragma once

#include "arbiter/options.h"
#include "base/clock.h"

namespace arbiter {

class Backoff {
 public:
  explicit Backoff(BackoffPolicy policy) : policy_(policy) {}

  // A worker that should have gone on living died after `lived`; `workers` is how many there should be. The result is
  // the pause that this death brings, zero for none.
  enum class Served { no, yes };
  base::Duration worker_died(base::Instant now, base::Duration lived, Served served, int workers);

  // Holds the next start back for at least `pause`.
  void hold(base::Instant now, base::Duration pause);

  // No worker shall be started before.
  base::Instant not_before() const { return not_before_; }

 private:
  base::Duration pause(int deaths_beyond_allowance, base::Duration longest) const;

  BackoffPolicy policy_;
  int young_deaths_ = 0;
  base::Instant not_before_{};
};

}  // namespace arbiter
