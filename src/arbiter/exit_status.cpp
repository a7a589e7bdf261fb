#include "arbiter/exit_status.h"

#include <signal.h>
#include <sys/wait.h>

#include <format>

#include "arbiter/signal_name.h"

namespace arbiter {

bool ExitStatus::is_signal() const {
  return WIFSIGNALED(status_);
}
int ExitStatus::signal() const {
  return WTERMSIG(status_);
}
int ExitStatus::code() const {
  return WEXITSTATUS(status_);
}

bool ExitStatus::is_orderly() const {
  if (!is_signal()) return code() == 0;
  return signal() == SIGTERM || signal() == SIGINT || signal() == SIGQUIT;
}

std::string ExitStatus::to_string() const {
  if (is_signal()) return std::format("was sent {}", signal_name(signal()));
  return std::format("exited with code {}", code());
}

}  // namespace arbiter
