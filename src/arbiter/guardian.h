// PID 1 after it has handed over to a successor (USR2, then QUIT). With the first process of a container the kernel
// ends all others, so this one stays, without workers and sockets, as a plain init: it passes signals on to the server,
// reaps orphans, and ends as the server ends, with its exit status. That the old process remains, and does not execute
// the new program in its own place, is what makes an upgrade safe here too: until somebody says QUIT, the old server
// serves and can take over again, and a new program that does not work costs nothing.
//
// The server may be upgraded again. It is then a child of ours that starts its own successor and tells us by the
// descriptor that it inherited; when it ends, that one is the server.
//
// During an upgrade, of PID 1 or of the server below it: QUIT hands over, TERM and INT end both servers, for that is
// how a container is stopped.
#pragma once

#include <sys/types.h>

#include <optional>

#include "arbiter/collaborators.h"
#include "arbiter/exit_status.h"
#include "base/fd.h"
#include "log/log.h"
#include "net/signal_source.h"

namespace arbiter {

class Guardian {
 public:
  static base::Result<Guardian> create();

  // For the successor, and all that follow it; see HeirLink.
  int heirs_end() const { return heirs_end_.get(); }

  // Tells the successor that we serve no more.
  void promote_heir() const;

  // Stays until `server`, or who follows it, has ended. The result is the exit status for this process.
  int watch(pid_t server, net::SignalSource& signals, Collaborators const& collaborators, logging::Log& log);

 private:
  Guardian(base::Fd own_end, base::Fd heirs_end) : own_end_(std::move(own_end)), heirs_end_(std::move(heirs_end)) {}

  void listen();
  void pass_on(int signal) const;
  std::optional<ExitStatus> reap(logging::Log& log);

  base::Fd own_end_;
  base::Fd heirs_end_;
  pid_t server_ = 0;
  std::optional<pid_t> next_;  // the server's own successor
};

// A successor's end.
class HeirLink {
 public:
  explicit HeirLink(int descriptor);

  int descriptor() const { return end_.get(); }
  // Whether the guardian has handed over to us; true once.
  bool is_promoted();
  // We have started a successor of our own.
  void announce(pid_t successor) const;
  // It has ended.
  void retract() const;

 private:
  base::Fd end_;
};

}  // namespace arbiter
