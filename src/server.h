// Serving an application: the interpreter, the configuration, the arbiter and its workers put together.
#pragma once

#include <string>

#include "arbiter/launch.h"
#include "base/process_title.h"
#include "cli/command.h"
#include "config/machine.h"

// What a process that may serve was started in and with; outlives its Python.
struct Surroundings {
  config::Machine const& machine;
  arbiter::Launch launch;
  base::ProcessTitle const& title;
};

// Returns the exit status of the process. `interpreter` is the path of the program for Python's eyes.
int serve_application(cli::Serve const& serve, Surroundings const& surroundings, std::string const& interpreter);

// For a process that runs Python code: lets it start the server (gunicorn.app.base).
void provide_services(Surroundings const& surroundings);
