// A TOML file as a layer of settings. Every setting is a key of the top level by its own name; a hook is the dotted
// path of a function; [env] is a table of environment variables for the application, added to raw_env.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/layer.h"

namespace config {

// `name` is what messages call the file. Refuses what is no TOML and keys that are no settings, by file, line and
// column; the error is the whole text for standard error. Values are judged later, by merge(), with the same place in
// their message.
base::Result<Layer> parse_toml(std::string_view content, std::string const& name);
base::Result<Layer> read_toml(std::string const& path, std::string const& name);

}  // namespace config
