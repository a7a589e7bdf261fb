// What somebody wants of the binary, from how it was called. Nothing is done here, and no file is read.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/healthcheck.h"
#include "config/layer.h"
#include "config/machine.h"

namespace cli {

struct Invocation {
  std::vector<std::string> words;  // argv
  std::string executable;          // the path that was executed, as it was given
};

// Serve an application. What the two command lines said, for cli/configuration.h to merge with the other sources.
struct Serve {
  config::Layer environment_arguments;
  config::Layer command_line;  // APP_MODULE is the entry wsgi_app
};

// Be the Python interpreter, with these arguments behind its name.
struct Python {
  std::vector<std::string> arguments;
};

struct ShowHelp {
  enum class Topic { serving, healthcheck };
  Topic topic = Topic::serving;
};
struct ShowVersion {};

// Say what is wrong, on standard error, and exit.
struct Refuse {
  std::string message;  // ends with a line end
  int exit_code = 2;
};

using Command = std::variant<Serve, Python, Healthcheck, ShowHelp, ShowVersion, Refuse>;

// The first word decides: `python`, `healthcheck` and other words of ours are commands, everything else is Gunicorn's
// command line. Called through a path that begins with "//" (which is how sys.executable is spelled) or by a name that
// begins with "python", the binary is the interpreter whatever follows.
Command parse_command(Invocation const&, config::Environment const&);

// Gunicorn's command line, with the name it was called by in front.
Command parse_serve_command(std::vector<std::string> const& words, config::Environment const&);

// The name to speak under: the last part of argv[0].
std::string program_name(Invocation const&);

}  // namespace cli
