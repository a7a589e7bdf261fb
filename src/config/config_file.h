// Which configuration file is to be read, and by whom.
#pragma once

#include <string>

#include "base/result.h"
#include "config/layer.h"
#include "config/machine.h"
#include "config/settings.h"

namespace config {

struct ConfigFile {
  enum class Kind { none, toml, python_file, python_module };
  Kind kind = Kind::none;
  std::string name;      // as it was given, for messages
  std::string location;  // an absolute path, so that a reload finds it after chdir; or a module's name
  Texts notes;
  bool is_baked = false;  // a bundle brought it along
};

// The file named on the command line, else in GUNICORN_CMD_ARGS, else the one a bundle brings along, else
// gunicorn.conf.py or monoceros.toml in the directory of the start. The error (a file that is not there) is the whole
// text for standard error.
base::Result<ConfigFile> choose_config_file(Layer const& command_line, Layer const& environment_arguments,
                                            Machine const&);

}  // namespace config
