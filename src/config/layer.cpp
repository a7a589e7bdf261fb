#include "config/layer.h"

#include <algorithm>
#include <ranges>

namespace config {

std::string describe(Origin const& origin) {
  switch (origin.source) {
    case Source::defaults:
      return "default";
    case Source::environment:
      return "$" + origin.where;
    case Source::bundle:
      return "bundle " + origin.where;
    case Source::environment_arguments:
      return "GUNICORN_CMD_ARGS " + origin.where;
    case Source::framework:
    case Source::config_file:
    case Source::toml_file:
    case Source::command_line:
      return origin.where;
  }
  return {};
}

Entry const* find_entry(Layer const& layer, std::string_view name) {
  auto const backwards = layer | std::views::reverse;
  auto const found = std::ranges::find(backwards, name, &Entry::name);
  return found == backwards.end() ? nullptr : &*found;
}

}  // namespace config
