// What settings may ask about the process and the machine it runs on. Given, so that a test can make one up.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace config {

using Environment = std::map<std::string, std::string, std::less<>>;

// What a bundle brings along as its own defaults; empty in a plain program.
struct Baked {
  std::string folder = {};                  // where the application and its packages are seen; empty: this is no bundle
  std::vector<std::string> arguments = {};  // words of a command line, the application among them
  std::string config_file = {};             // a path inside; empty: none
};

struct Machine {
  std::string working_directory = "/";  // absolute; where relative settings start
  uid_t user = 0;                       // effective
  gid_t group = 0;
  unsigned affinity = 1;         // CPUs this process may run on
  std::string root = {};         // put before /proc and /sys: empty but in tests
  Environment environment = {};  // as it was at the start
  Baked baked = {};

  static Machine this_one();
};

}  // namespace config
