// Settings and their table as text.
#pragma once

#include <string>

#include "config/merge.h"

namespace config {

enum class Origins { hidden, shown };

// For --print-config: "name = value" a line, by name, the values as Python prints them; with Origins::shown each
// followed by where it came from, as a comment.
std::string print_settings(Merged const&, Origins);

// config/settings.md: every setting with its flags, its default and its help.
std::string settings_reference();

}  // namespace config
