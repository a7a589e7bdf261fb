#include "arbiter/process_table.h"

namespace arbiter {

std::optional<Worker> ProcessTable::remove(pid_t pid) {
  auto const found = std::ranges::find(workers_, pid, &Worker::pid);
  if (found == workers_.end()) return std::nullopt;
  auto worker = *found;
  workers_.erase(found);
  return worker;
}

}  // namespace arbiter
