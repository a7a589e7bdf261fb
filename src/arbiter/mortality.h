// The kernel keeps from PID 1 every signal that it has no handler for (pid_namespaces(7)): while it still reads its
// configuration and loads an application, nothing but KILL would end a container. As long as this lives, TERM, INT and
// QUIT end PID 1 as they end every other process that does not serve yet.
#pragma once

#include <vector>

namespace arbiter {

class Mortality {
 public:
  // Changes nothing in other processes, nor for signals that are handled or ignored already.
  Mortality();
  Mortality(Mortality const&) = delete;
  // Handlers that others have installed since stay.
  ~Mortality();

 private:
  std::vector<int> signals_;
};

}  // namespace arbiter
