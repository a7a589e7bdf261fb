// A line split into words as a POSIX shell does it (and Python's shlex.split): blanks separate, quotes keep together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace config {

base::Result<std::vector<std::string>> split_shell_words(std::string_view line);

}  // namespace config
