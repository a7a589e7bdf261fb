#include "metrics/slot_table.h"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "base/sys.h"

namespace metrics {

// Slots are not constructed before their first use: zeroed memory reads as state `free`, and touching it would cost
// a page.
static_assert(static_cast<int>(WorkerState::free) == 0);

base::Result<SlotTable> SlotTable::create(std::size_t count) {
  constexpr auto kFront = alignof(WorkerSlot);
  static_assert(sizeof(Count) <= kFront);
  auto* const memory = static_cast<std::byte*>(TRY(base::sys::shared_memory(kFront + count * sizeof(WorkerSlot))));
  auto* const used = std::construct_at(reinterpret_cast<Count*>(memory), 0);
  return SlotTable(*used, {reinterpret_cast<WorkerSlot*>(memory + kFront), count});
}

WorkerSlot* SlotTable::acquire() {
  auto const free = std::ranges::find_if(
      slots_, [](WorkerSlot const& slot) { return slot.state.load(std::memory_order_relaxed) == WorkerState::free; });
  if (free == slots_.end()) return nullptr;
  auto* const slot = std::construct_at(&*free);
  auto const used = static_cast<std::size_t>(free - slots_.begin()) + 1;
  if (used > used_->load(std::memory_order_relaxed)) used_->store(used, std::memory_order_relaxed);
  return slot;
}

void SlotTable::release(WorkerSlot& slot) {
  slot.state.store(WorkerState::free, std::memory_order_relaxed);
}

}  // namespace metrics
