// How this process was started, so that USR2 can do it again.
#pragma once

#include <string>
#include <vector>

#include "arbiter/inheritance.h"

namespace arbiter {

struct Launch {
  std::string executable = {};                // as it was called: a link on the way is followed anew; empty: unknown
  std::vector<std::string> words = {};        // argv
  std::vector<std::string> environment = {};  // "NAME=value"
  std::string directory = {};
  Inheritance inheritance = {};
};

}  // namespace arbiter
