// What a worker is told by signals, as flags. The handlers only set a flag and wake whoever waits; everything else
// happens in the worker's own time. One worker per process: signal handlers reach nothing but globals.
//
//   TERM       finish what has come, then exit        INT, QUIT  exit soon
//   USR1       open log files again                   ABRT       you are stuck: say where, then exit
//   HUP, USR2, WINCH, TTIN, TTOU  the arbiter's, ignored here, so that a signal to the whole group ends no worker
//
// A handler of the application's takes the place of one of these, and may call it (python/signal_handlers.h).
#pragma once

#include <atomic>

#include "base/result.h"

namespace worker {

struct Signals {
  std::atomic<bool> graceful = false;
  std::atomic<bool> quick = false;
  std::atomic<bool> reopen_logs = false;
  std::atomic<bool> stuck = false;
  // Handlers in Python are due; only its main thread may run them.
  std::atomic<bool> python = false;

  // Until serve() what ends a worker ends it at once: there is nothing to finish.
  static base::Result<void> install();
  // The one instance, filled from install() on. `wake_first` and `wake_second` are event counters that a signal rings.
  static Signals& serve(int wake_first, int wake_second);
  // A handler in Python is due for signal `number`. Called in signal handlers.
  static void note_python(int number);
  // As upon TERM. Any thread.
  static void finish();
  // Before the counters are closed: their numbers may become those of others.
  static void ring_no_more();
};

}  // namespace worker
