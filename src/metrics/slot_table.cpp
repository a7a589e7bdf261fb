#include "metrics/slot_table.h"

#include <memory>

#include "base/sys.h"

namespace metrics {

// Slots are not constructed before their first use: zeroed memory reads as state `free`, and touching it would cost
// a page.
static_assert(static_cast<int>(WorkerState::free) == 0);

base::Result<SlotTable> SlotTable::create(std::size_t count) {
  auto* const memory = TRY(base::sys::shared_memory(count * sizeof(WorkerSlot)));
  return SlotTable({static_cast<WorkerSlot*>(memory), count});
}

WorkerSlot* SlotTable::acquire() {
  for (auto& slot : slots_) {
    if (slot.state.load(std::memory_order_relaxed) == WorkerState::free) return std::construct_at(&slot);
  }
  return nullptr;
}

void SlotTable::release(WorkerSlot& slot) {
  slot.state.store(WorkerState::free, std::memory_order_relaxed);
}

}  // namespace metrics
