// The workers that live, and what the arbiter means to do with each.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <initializer_list>
#include <list>
#include <optional>

#include "arbiter/collaborators.h"
#include "base/clock.h"
#include "metrics/worker_slot.h"

namespace arbiter {

//   booting ──→ ready ──→ outgoing ──→ retiring ──→ (reaped)
//      │          │ ↖────────┘│            │
//      │          └───────────┼──────────→ │     told to go without a successor
//      └──────────┴───────────┴────────────┴──→ aborting ──→ killed ──→ (reaped)
enum class Phase {
  booting,   // forked; has not said that it is ready
  ready,     // serves
  outgoing,  // serves, and goes when its successor is ready; back to ready when no successor comes up
  retiring,  // was told to go: finishes what it has
  aborting,  // was stuck and got SIGABRT: reports its stacks
  killed,    // got SIGKILL
};

struct Worker {
  std::uint64_t age;
  pid_t pid;
  metrics::WorkerSlot* slot;
  unsigned generation;
  base::Instant started;

  Phase phase = Phase::booting;
  bool was_ready = false;                     // at any time
  bool owes_reopen = false;                   // USR1 came while it booted
  std::optional<base::Instant> kill_at = {};  // when patience ends

  bool is(std::initializer_list<Phase> phases) const { return std::ranges::contains(phases, phase); }
  // Takes connections, or is about to, and was not told to stop.
  bool is_fresh() const { return is({Phase::booting, Phase::ready}); }
  bool is_serving() const { return is({Phase::ready, Phase::outgoing}); }
  WorkerInfo info() const { return {age, pid, slot}; }
};

class ProcessTable {
 public:
  Worker& add(Worker worker) { return workers_.emplace_back(std::move(worker)); }
  // Takes the worker of this pid out; nothing for a process that is not ours.
  std::optional<Worker> remove(pid_t pid);

  bool is_empty() const { return workers_.empty(); }
  int count(auto const& predicate) const { return static_cast<int>(std::ranges::count_if(workers_, predicate)); }
  // The oldest worker of which `predicate` is true, or null.
  Worker* oldest(auto const& predicate) {
    auto const found = std::ranges::find_if(workers_, predicate);
    return found == workers_.end() ? nullptr : &*found;
  }

  // Oldest first.
  auto begin() { return workers_.begin(); }
  auto end() { return workers_.end(); }
  auto begin() const { return workers_.begin(); }
  auto end() const { return workers_.end(); }

 private:
  std::list<Worker> workers_;
};

}  // namespace arbiter
