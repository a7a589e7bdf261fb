// The supervisor: owns the listeners, starts and watches workers, answers signals, and as PID 1 is a proper init.
//
// One thread that waits for signals, rings of workers and the next deadline, and for nothing else: it wakes when there
// is something to do and never blocks in between (but for what hooks do).
#pragma once

#include <memory>
#include <optional>

#include "arbiter/collaborators.h"
#include "arbiter/enforcer.h"
#include "arbiter/guardian.h"
#include "arbiter/options.h"
#include "arbiter/pidfile.h"
#include "arbiter/service_report.h"
#include "arbiter/shutdown.h"
#include "arbiter/spawner.h"
#include "arbiter/upgrade.h"
#include "arbiter/workforce.h"
#include "log/log.h"
#include "metrics/doorbell.h"
#include "metrics/slot_table.h"
#include "net/signal_source.h"

namespace arbiter {

class Arbiter {
 public:
  // `log` and `slots` outlive it. From here on signals are its own, and those of the process that called this
  // (daemonize before). Fails when the kernel gives no descriptors.
  static base::Result<std::unique_ptr<Arbiter>> create(Options options, Collaborators collaborators, logging::Log& log,
                                                       metrics::SlotTable& slots);

  // Serves until a signal or a worker that cannot boot ends it; the result is the exit status of the process.
  int run();

 private:
  Arbiter(Options options, Collaborators collaborators, logging::Log& log, metrics::SlotTable& slots,
          metrics::Doorbell doorbell, net::SignalSource signals);

  int serve();
  // The exit status, if it ends before it began.
  std::optional<int> start();
  int leave_nothing(int status);
  void take_up_inheritance();
  bool create_pidfile();
  std::optional<Listeners> bind();
  base::Result<Listeners> sockets_we_got();
  bool pause(base::Duration duration);
  int finish();
  int stay_as_init();

  void step();
  void account_for(Death const& death, base::Instant now);
  void wait();
  std::optional<base::Instant> next_deadline() const;

  void handle(int signal, base::Instant now);
  void end(int signal, base::Instant now);
  bool waits_for_successor(int signal);
  void reload();
  void upgrade();
  bool is_successor(pid_t pid, ExitStatus status);
  bool is_to_be_promoted();
  void promote();
  void tell_predecessor();
  void let_go_of_others();
  void report_state(base::Instant now);
  void take_over_pidfile(std::string const& path);
  void reopen_logs();
  void dismiss_workers();

  Options const& options() const { return workforce_.present().options; }
  // Of our kind, there may be two.
  char const* name() const { return predecessor_ ? "Master.2" : "Master"; }
  std::string pidfile_path(Options const& options) const;

  Options initial_options_;
  Collaborators collaborators_;
  logging::Log& log_;
  metrics::Doorbell doorbell_;
  std::optional<net::SignalSource> signals_;
  Spawner spawner_;
  Workforce workforce_;
  Enforcer enforcer_;
  Shutdown shutdown_;
  std::optional<Pidfile> pidfile_;
  ServiceReport report_;

  Upgrade upgrade_;
  bool dismissed_for_upgrade_ = false;  // there are no workers because the successor has some
  base::Fd line_to_predecessor_;
  std::optional<pid_t> predecessor_;      // while it lives
  std::optional<Guardian> guardian_;      // in PID 1, while it has a successor
  std::optional<int> pending_end_;        // TERM or QUIT, until the successor serves
  std::optional<HeirLink> link_to_init_;  // in what follows PID 1

  bool was_announced_ = false;        // that we serve
  std::optional<base::Instant> due_;  // when the present wait ends at the latest
};

}  // namespace arbiter
