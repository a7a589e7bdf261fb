// A server hook as it is configured. A header of its own, so that who calls hooks need not know Settings.
#pragma once

#include <optional>
#include <string>

#include "config/raw_value.h"

namespace config {

// A function that the Python layer calls at a moment of the server's life. At most one of the two is given.
struct Hook {
  std::string path;                // "module.function", to be imported
  std::optional<Callable> object;  // or the function itself, from a Python config

  explicit operator bool() const { return object || !path.empty(); }
  bool operator==(Hook const&) const = default;
};

}  // namespace config
