// The options of Gunicorn's command line as a layer of settings, by the rules of Python's argparse.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/layer.h"
#include "config/machine.h"

namespace config {

struct Arguments {
  // Help and version are wishes that end the reading where they stand.
  enum class Wish { run, help, version } wish = Wish::run;
  Layer layer;                           // each setting once; flags that may be repeated make one list
  std::vector<std::string> positionals;  // the first is the application
};

// `words` without the program's name. The error is argparse's sentence, and the way out; the exit code for it is 2.
base::Result<Arguments> parse_arguments(std::span<std::string const> words, Source source);

// The same for the variable GUNICORN_CMD_ARGS of the environment. Positionals do not count there.
base::Result<Arguments> parse_environment_arguments(Environment const&);

// The command line that a bundle brings along, the application as `wsgi_app`; empty in a plain program.
base::Result<Layer> baked_arguments(Baked const&);

}  // namespace config
