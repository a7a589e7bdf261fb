#include "worker/descriptors.h"

#include <algorithm>

#include "base/sys.h"

namespace worker {

void provide_descriptors(std::size_t connections, logging::Log& log) {
  constexpr std::uint64_t others = 256;  // the application's
  // A connection may need a second one, for a body or an answer in a file.
  auto const granted = base::sys::allow_descriptors(2 * connections + others);
  if (!granted) return;
  (void)base::sys::make_room_for_descriptors(std::min<std::uint64_t>(*granted, connections + others));
  // Fewer are lived with, for idle connections make room; only a number that can never be reached is worth a warning
  // (1,024 files are the usual limit, and enough for the default).
  if (*granted <= connections)
    log.warning(
        "worker_connections is {}, but the process may open {} files only (raise the limit: ulimit -n, or "
        "LimitNOFILE); beyond it, idle connections are closed",
        connections, *granted);
}

}  // namespace worker
