// What a server leaves to the one that it starts in its place (USR2), in environment variables:
//   GUNICORN_PID     who leaves it
//   GUNICORN_FD      its listening sockets, as "3,4"
//   MONOCEROS_READY  a pipe to write to when it serves
//   MONOCEROS_INIT   where PID 1 is the first in this line: a descriptor for talking to it, see Guardian
// Sockets that a service manager passed are passed on as they came, by LISTEN_PID and LISTEN_FDS.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace arbiter {

struct Inheritance {
  std::optional<pid_t> predecessor;  // none: started by somebody else
  std::vector<int> sockets;
  std::optional<int> ready;
  std::optional<int> init;

  // Reads the variables and removes them, so that no child takes them for its own. Before anything copies the
  // environment.
  static base::Result<Inheritance> take();

  // Whether the one who left it lives: it serves beside us then, and may yet take over again.
  bool is_shared() const;
};

struct Bequest {
  std::vector<int> passed;   // by a service manager, from descriptor 3 on
  std::vector<int> sockets;  // all others
  std::optional<int> ready;
  std::optional<int> init;

  // Every descriptor that has to reach the heir.
  std::vector<int> descriptors() const;
};

// `original` with the variables for a successor `heir` of `testator`.
std::vector<std::string> environment_for(std::vector<std::string> const& original, Bequest const& bequest,
                                         pid_t testator, pid_t heir);

}  // namespace arbiter
