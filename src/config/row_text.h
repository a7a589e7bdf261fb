// A row of the settings table in words, for help, reference and refusals.
#pragma once

#include <string>
#include <string_view>

#include "config/settings_table.h"

namespace config {

// What the setting takes: "one of drop, refuse, dangerous".
std::string expectation(Field const&);

// The default as one would write it on a command line; empty for a hook and for a setting that has none.
std::string default_of(Row const&);

// The first sentence of the help.
std::string_view summary(Row const&);

}  // namespace config
