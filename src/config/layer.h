// What one source says: values in the order given, each knowing where it was written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/raw_value.h"

namespace config {

// From the weakest to the strongest: a later source replaces what an earlier one said, lists included. A configuration
// is one file, in Python (config_file) or TOML. A framework is a Paste file, or a program that embeds the server.
// What a bundle brings along counts as its defaults.
enum class Source {
  defaults,
  bundle,
  environment,
  framework,
  config_file,
  toml_file,
  environment_arguments,
  command_line
};

struct Origin {
  Source source = Source::defaults;
  std::string where;  // "PORT", "monoceros.toml:3:1", "gunicorn.conf.py", "--workers"

  bool operator==(Origin const&) const = default;
};

// For people: "default", "bundle --workers", "$PORT", "monoceros.toml:3:1", "GUNICORN_CMD_ARGS --workers", "--workers".
std::string describe(Origin const&);

struct Entry {
  std::string name;  // of a setting of the table; merge() passes over any other
  RawValue value;
  Origin origin;

  bool operator==(Entry const&) const = default;
};

using Layer = std::vector<Entry>;

// The last entry of that name, which is the one that counts; nullptr if there is none.
Entry const* find_entry(Layer const&, std::string_view name);

}  // namespace config
