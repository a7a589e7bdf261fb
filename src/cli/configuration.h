// From the command line to settings: the order in which the sources are read. Called at the start and at each reload.
#pragma once

#include <functional>

#include "base/result.h"
#include "cli/command.h"
#include "config/config_file.h"
#include "config/merge.h"

namespace cli {

// Reads what only Python can read; called when it is chosen, so that nothing else needs the interpreter.
struct ReadPython {
  std::function<base::Result<config::Layer>(config::ConfigFile const&)> config_file;
  std::function<base::Result<config::Layer>(std::string const& uri)> paste_file;
};

// Chooses and reads the configuration file and merges it with the environment and both command lines. The error is the
// whole text for standard error; the exit code for it is 1.
base::Result<config::Merged> load_settings(Serve const&, config::Machine const&, ReadPython const&);

}  // namespace cli
