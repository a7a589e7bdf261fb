// Settings by name, as plain values: for who passes them on without knowing the struct (`cfg` of the Python side).
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/machine.h"
#include "config/raw_value.h"
#include "config/settings.h"

namespace config {

using NamedValues = std::vector<std::pair<std::string_view, RawValue>>;

// Every setting of the table, in its order. A hook that is not set is None, one given by its path a string.
NamedValues values_of(Settings const&);

// What `value` becomes as the setting of that name, by the judgement of the table. The error is Gunicorn's sentence.
base::Result<RawValue> judge(std::string_view name, RawValue const& value, Machine const&);

}  // namespace config
