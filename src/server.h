// Serving an application: the interpreter, the configuration, the arbiter and its workers put together.
#pragma once

#include <string>

#include "arbiter/launch.h"
#include "base/process_title.h"
#include "cli/command.h"
#include "config/machine.h"

// Returns the exit status of the process. `interpreter` is the path of the program for Python's eyes.
int serve_application(cli::Serve const& serve, config::Machine const& machine, arbiter::Launch launch,
                      std::string const& interpreter, base::ProcessTitle const& title);
