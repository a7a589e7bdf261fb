// Whom workers run as, where that is not who started the server. The arbiter keeps its own rights: it needs them for
// ports below 1024, for log files and for the next worker.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "base/result.h"

namespace arbiter {

struct Identity {
  uid_t user = 0;
  gid_t group = 0;
  // Supplementary groups; none: those of whoever started the server stay.
  std::optional<std::vector<gid_t>> groups = {};

  // Becomes it, without a way back. The error says what was refused and what would help.
  base::Result<void> assume() const;

  bool operator==(Identity const&) const = default;
};

// Nothing where there is nothing to change. With `all_groups` (initgroups) those of the user database; otherwise a
// worker that changes its user keeps none but `group`: not the starter's, who is root mostly.
base::Result<std::optional<Identity>> identity_of(uid_t user, gid_t group, bool all_groups);

}  // namespace arbiter
