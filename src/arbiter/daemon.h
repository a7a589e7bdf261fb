// Leaving the terminal (`daemon`). The process that was started forks the daemon and stays until that one serves or
// gives up: what goes wrong on the way is seen on the terminal and in the exit status. Then standard streams lead to
// /dev/null.
#pragma once

#include <sys/types.h>

#include <functional>

#include "base/fd.h"
#include "base/result.h"

namespace arbiter {

enum class StandardStreams { discard, keep };  // keep: except where they are the terminal

class Daemon {
 public:
  // Forks twice, so that the daemon has a session of its own and never gets a terminal. Returns in the daemon only;
  // the process that was started ends with the status that report() gives, or with 0 when there is none for long.
  // Before any thread is started.
  static base::Result<Daemon> begin(std::function<base::Result<pid_t>()> const& fork);

  base::Result<void> leave_terminal(StandardStreams streams) const;

  // 0: it serves. Anything else is the status the daemon ends with. What comes after the first report is not heard.
  void report(int status);

 private:
  explicit Daemon(base::Fd starter) : starter_(std::move(starter)) {}

  base::Fd starter_;
};

}  // namespace arbiter
