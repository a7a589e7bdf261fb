// Makes text from outside harmless in a line of a log: no control byte, no quote and no backslash is left bare.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace logging {

// Appends `text` with " as \", \ as \\, and as \xHH control bytes, C1 controls and what is no UTF-8. The rest stays.
void append_escaped(base::Text& into, std::string_view text);

std::string escaped(std::string_view text);

}  // namespace logging
