// The worker slots of one server: memory shared by the arbiter and every worker it forks. The arbiter assigns slots;
// pages nobody has used yet cost nothing.
#pragma once

#include <span>

#include "base/result.h"
#include "metrics/worker_slot.h"

namespace metrics {

class SlotTable {
 public:
  static constexpr std::size_t kDefaultCount = 1024;

  static base::Result<SlotTable> create(std::size_t count = kDefaultCount);

  // A fresh slot in state booting, or null when all are taken.
  WorkerSlot* acquire();
  // Only once the worker is dead: a living one would write into its successor's slot.
  void release(WorkerSlot& slot);

  // All of them, free ones too.
  std::span<WorkerSlot const> slots() const { return slots_; }

 private:
  explicit SlotTable(std::span<WorkerSlot> slots) : slots_(slots) {}

  std::span<WorkerSlot> slots_;
};

}  // namespace metrics
