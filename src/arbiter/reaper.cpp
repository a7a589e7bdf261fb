#include "arbiter/reaper.h"

#include "base/sys.h"

namespace arbiter {

std::vector<Death> reap(ProcessTable& table, std::function<bool(pid_t, ExitStatus)> const& is_known,
                        logging::Log& log) {
  std::vector<Death> deaths;
  for (;;) {
    auto const exited = base::sys::wait_any();
    if (!exited || !*exited) return deaths;
    auto const [pid, status] = **exited;
    if (auto worker = table.remove(pid)) {
      deaths.push_back({*worker, ExitStatus(status)});
    } else if (!is_known(pid, ExitStatus(status))) {
      log.debug("Reaped unknown child process (pid:{}, status:{})", pid, status);
    }
  }
}

}  // namespace arbiter
