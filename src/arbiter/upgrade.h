// USR2: starts the program that now lies where ours lay, as a second server on the same sockets, while we serve on.
// Whoever sent the signal then decides: TERM to us and the new one is alone (as soon as it serves); TERM to the new one
// and we are. Until then it is our child. What goes wrong with it changes nothing here.
#pragma once

#include <optional>

#include "arbiter/collaborators.h"
#include "arbiter/exit_status.h"
#include "arbiter/listeners.h"
#include "base/fd.h"
#include "log/log.h"
#include "net/signal_source.h"

namespace arbiter {

class Upgrade {
 public:
  // All of it outlives the upgrade. `signals` is what the child has to let go of.
  Upgrade(Collaborators const& collaborators, logging::Log& log, std::optional<net::SignalSource>& signals)
      : collaborators_(collaborators), log_(log), signals_(signals) {}

  // Starts the successor and leaves it `listeners`. False: there is one, or that cannot be done; the log says why.
  bool start(Listeners const& listeners, std::optional<int> init);
  // What can be done about it now. Whoever reads it may do so at once.
  void tell() const;

  bool is_under_way() const { return successor_.has_value(); }
  // Of is_under_way().
  pid_t successor() const { return *successor_; }

  // Whether the successor's workers have loaded the application.
  bool is_serving();
  // Readable when is_serving() has news; -1 when there will be none.
  int descriptor() const { return ready_.get(); }

  // A child that is no successor has nothing to do with ours.
  void let_go() { ready_.reset(); }

  // Whether the process that ended was the successor; there is none then.
  bool account_for(pid_t pid, ExitStatus status);

 private:
  [[noreturn]] void become_successor(Bequest const& bequest, pid_t testator);
  base::Error execute(Bequest const& bequest, pid_t testator) const;

  Collaborators const& collaborators_;
  logging::Log& log_;
  std::optional<net::SignalSource>& signals_;
  std::optional<pid_t> successor_;
  base::Fd ready_;  // until the successor has written to it
  bool is_serving_ = false;
};

}  // namespace arbiter
