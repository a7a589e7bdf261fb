// Serving an application: the interpreter, the configuration, the arbiter and its workers put together.
#pragma once

#include <string>
#include <vector>

#include "base/process_title.h"
#include "cli/command.h"
#include "config/machine.h"

// Returns the exit status of the process.
int serve_application(cli::Serve const& serve, config::Machine const& machine, std::vector<std::string> const& words,
                      std::string const& executable, base::ProcessTitle const& title);
