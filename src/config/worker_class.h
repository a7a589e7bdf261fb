// The names under which worker classes are known.
#pragma once

#include <string_view>

#include "base/result.h"
#include "config/settings.h"

namespace config {

// By short name ("gthread"), by "egg:gunicorn#gthread" or by Gunicorn's Python path. Another path is a class of the
// user's own (custom); a word that is neither a name nor a path is an error.
base::Result<WorkerClass::Kind> kind_of_worker_class(std::string_view uri);

}  // namespace config
