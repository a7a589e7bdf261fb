// Everything that says something of the settings, in the order in which it counts.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "config/config_file.h"

namespace cli {

// Reads what only Python can read; called when it is chosen, so that nothing else needs the interpreter. That runs code
// of the user's: it is not called once another source could not be read.
struct ReadPython {
  std::function<base::Result<config::Layer>(config::ConfigFile const&)> config_file;
  std::function<base::Result<config::Layer>(std::string const& uri)> paste_file;
};

struct Sources {
  std::vector<config::Layer> layers;   // from the weakest to the strongest; empty where one cannot be read
  config::Texts notes;                 // for the log
  std::optional<base::Error> problem;  // the first that cannot be read: the whole text for standard error
};

// Chooses and reads the configuration file, and looks at the environment and at what a bundle brings along.
Sources read_sources(Serve const&, config::Machine const&, ReadPython const&);

}  // namespace cli
