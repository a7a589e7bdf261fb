#include "arbiter/leftovers.h"

#include <signal.h>

#include "base/sys.h"

namespace arbiter {
namespace {

constexpr pid_t kEverybodyElse = -1;
constexpr base::Duration kPatienceAfterKill = std::chrono::seconds(1);

}  // namespace

void Leftovers::begin(base::Instant now, base::Duration patience) {
  if (base::sys::own_pid() != 1 || !base::sys::has_children()) return;
  deadline_ = now + patience;
  (void)base::sys::kill(kEverybodyElse, SIGTERM);
}

bool Leftovers::are_gone(base::Instant now) {
  if (!deadline_ || !base::sys::has_children()) return true;
  if (now < *deadline_) return false;
  if (were_killed_) return true;
  (void)base::sys::kill(kEverybodyElse, SIGKILL);
  were_killed_ = true;
  deadline_ = now + kPatienceAfterKill;
  return false;
}

}  // namespace arbiter
