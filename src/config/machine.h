// What settings may ask about the process and the machine it runs on. Given, so that a test can make one up.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace config {

using Environment = std::map<std::string, std::string, std::less<>>;

struct Machine {
  std::string working_directory = "/";  // absolute; where relative settings start
  uid_t user = 0;                       // effective
  gid_t group = 0;
  unsigned affinity = 1;         // CPUs this process may run on
  std::string root = {};         // put before /proc and /sys: empty but in tests
  Environment environment = {};  // as it was at the start

  static Machine this_one();
};

}  // namespace config
