// The virtual environment (PEP 405) that the interpreter is to run in.
#pragma once

#include <optional>
#include <string>

namespace python {

struct VirtualEnvironment {
  std::string prefix;      // its folder; links in the path stay, as they may lead elsewhere after the next deployment
  std::string executable;  // the file in it that starts `program` as Python; empty if there is none
};

// The one whose bin folder holds `called`, the path that was executed. `program`: our executable, without links.
std::optional<VirtualEnvironment> environment_around(std::string const& called, std::string const& program);

// The one that VIRTUAL_ENV names, if it is there and of our version of Python.
std::optional<VirtualEnvironment> active_environment(std::string const& program);

}  // namespace python
