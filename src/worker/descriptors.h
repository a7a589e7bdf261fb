// How many files a worker's process may open.
#pragma once

#include <cstddef>

#include "log/log.h"

namespace worker {

// Provides for so many connections at a time and what belongs to them, and warns where it cannot. To be called where
// the process begins, as long as it has one thread: see base::sys::make_room_for_descriptors().
void provide_descriptors(std::size_t connections, logging::Log& log);

}  // namespace worker
