// The worker slots of one server: memory shared by the arbiter and every worker it forks. The arbiter assigns slots;
// pages nobody has used yet cost nothing.
#pragma once

#include <atomic>
#include <span>

#include "base/result.h"
#include "metrics/worker_slot.h"

namespace metrics {

class SlotTable {
 public:
  static constexpr std::size_t kDefaultCount = 8192;

  static base::Result<SlotTable> create(std::size_t count = kDefaultCount);

  // A fresh slot in state booting, or null when all are taken.
  WorkerSlot* acquire();
  // Only once the worker is dead: a living one would write into its successor's slot.
  void release(WorkerSlot& slot);

  // Those that have ever been acquired, by now, whoever asks; free ones among them.
  std::span<WorkerSlot const> slots() const { return slots_.first(used_->load(std::memory_order_relaxed)); }

 private:
  using Count = std::atomic<std::size_t>;

  SlotTable(Count& used, std::span<WorkerSlot> slots) : used_(&used), slots_(slots) {}

  Count* used_;  // in front of the slots: the first so many have been in use
  std::span<WorkerSlot> slots_;
};

}  // namespace metrics
