// Handlers of signals in a worker: its own, C functions that need no interpreter, and what the application sets in
// their places. Python code sees the former as methods of the worker's object (pyembed/python/monoceros/signals.py),
// and may call them and set them again.
//
// CPython's C handler notes a signal; what is set for it is called when the main thread next executes Python. That may
// be waiting in C, so whoever waits is told. Signal handlers reach nothing but globals: one such worker per process.
#pragma once

#include "log/log.h"
#include "python/gil.h"

namespace python {

// What the kernel has now are the process's own handlers. `tell` is called, in signal handlers, with the number of each
// signal that Python has noted from here on. Before the first of the functions below.
void keep_own_handlers(void (*tell)(int number));

enum class AfterHandlers { go_on, finish };

// Calls the handlers in Python that are due, outside of all requests. Main thread. What they raise is logged, but for
// what asks the process to end.
AfterHandlers run_signal_handlers(Gil const&, logging::Log&);

// For the built-in module. False: the process has no handler of its own for `number`.
bool call_own_handler(int number);
// After signal.signal(): the kernel gets the process's own handler, or one that tells of what CPython's has noted.
void arrange_handler(int number, bool is_own);

}  // namespace python
