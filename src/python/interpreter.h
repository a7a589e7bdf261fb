// The embedded interpreter: started once in a process, from memory, on whatever file system there is or is not.
#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/log.h"
#include "python/gil.h"

namespace python {

// Where the standard library claims to be: below a path that no file system has (pyembed/README.md).
inline constexpr char const* kVirtualPrefix = "/monoceros";

struct InterpreterOptions {
  std::string program;            // our executable's own path
  std::string called;             // the path that was executed: perhaps a link in a virtual environment
  std::vector<std::string> argv;  // sys.argv of the server
  std::string bundle;             // the folder that a bundle's content is seen in; empty in a plain program
};

// Starts it for serving; the calling thread then holds the lock and is Python's main thread. PYTHON* variables count.
base::Result<void> start_interpreter(InterpreterOptions const&);

// `monoceros python ARGUMENTS`: behaves as python3 does and returns its exit status. Call once, instead of the above.
// In a bundle a script is looked for among the application's files first. `argv` of the options are the arguments.
int run_python(InterpreterOptions options);

// Loads the codecs that most applications look up with their first request: hosts are encoded by "idna", whose tables
// are a megabyte that each child would have for itself. Before the first fork.
void load_codecs(Gil const&);

// Objects alive now are left alone by the collector, so that children share their pages. Before the first fork.
void freeze_objects(Gil const&);

// fork(2) with the interpreter's preparations and repairs around it. From the main thread.
base::Result<pid_t> fork_process(Gil const&);

// Modules are found in `folders`, in the last one first, and among the packages installed beside an application in one
// of `places`, in the first one first; no longer in those of an earlier call (pyembed/python/monoceros/sites.py).
base::Result<void> search_in(Gil const&, std::span<std::string const> folders, std::span<std::string const> places);

// Adds "NAME=value" to os.environ, or takes NAME out.
base::Result<void> set_environment(Gil const&, std::string const& assignment);
void unset_environment(Gil const&, std::string const& name);

// Writes out what sys.stdout and sys.stderr hold back; before a fork after which both sides go on.
void flush_streams(Gil const&);

// Runs what was registered for the end (atexit) in a process that goes on to its own.
void run_exit_functions(Gil const&);

// Runs what the application registered for the end (atexit), and flushes its streams. Last use of Python.
void finish(Gil const&);

}  // namespace python
