// From the command line to settings. Called at the start and at each reload.
#pragma once

#include "base/result.h"
#include "cli/sources.h"
#include "config/merge.h"

namespace cli {

// Reads all sources and merges them. The error is the whole text for standard error; the exit code for it is 1.
base::Result<config::Merged> load_settings(Serve const&, config::Machine const&, ReadPython const&);

}  // namespace cli
