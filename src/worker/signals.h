// What a worker is told by signals, as flags. The handlers only set a flag and wake whoever waits; everything else
// happens in the worker's own time. One worker per process: signal handlers reach nothing but globals.
//
//   TERM       finish what has come, then exit        INT, QUIT  exit soon
//   USR1       open log files again                   ABRT       you are stuck: say where, then exit
//   HUP, USR2, WINCH  the arbiter's, ignored here, so that a signal to the whole group ends no worker
#pragma once

#include <atomic>

#include "base/result.h"

namespace worker {

struct Signals {
  std::atomic<bool> graceful = false;
  std::atomic<bool> quick = false;
  std::atomic<bool> reopen_logs = false;
  std::atomic<bool> stuck = false;

  // The one instance, filled from install() on. `wake_first` and `wake_second` are event counters that a signal rings.
  static base::Result<Signals*> install(int wake_first, int wake_second);
  // Before the counters are closed: their numbers may become those of others.
  static void ring_no_more();
};

}  // namespace worker
