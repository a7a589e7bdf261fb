// The texts that tell an operator why a setting was not taken: the setting, its value, where it was written, and the
// way out. A text is complete: it goes to standard error as it is, with a line end, before the exit with 1.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/layer.h"
#include "config/settings_table.h"

namespace config {

// `sentence` is what the validator said. Opens as Gunicorn opens it.
std::unexpected<base::Error> refuse_value(Entry const&, Row const&, std::string_view sentence);

// A hook that cannot be called: the function takes `positional` arguments, and none of row.arities.
std::unexpected<base::Error> refuse_arity(Entry const&, Row const&, int positional);

// A hook that is the path of a function, and importing it failed for that reason.
std::unexpected<base::Error> refuse_path(Entry const&, std::string_view reason);

// A setting whose machinery does not exist yet has been switched on.
std::unexpected<base::Error> refuse_unsupported(std::string_view name, std::string_view value, Origin const&);

// What else is wrong.
std::unexpected<base::Error> refuse(std::string_view sentence);

}  // namespace config
