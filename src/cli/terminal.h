// How wide the terminal is.
#pragma once

#include "config/machine.h"

namespace cli {

// By the variable COLUMNS, else by the terminal of standard output, else 80.
unsigned terminal_width(config::Environment const&);

}  // namespace cli
