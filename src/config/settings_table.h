// The one list of settings: a row each, from which the command line, the help, the TOML keys, --print-config, the
// checks and config/settings.md derive. Sections and rows stand in Gunicorn's order, which is the order of the help;
// ours follow.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "config/field.h"

namespace config {

// Whether the machinery behind a setting exists.
enum class Support {
  built,
  // Parsed and judged like the others, but a value other than the default stops the start: it must not do nothing.
  not_yet,
  // Here there is nothing to set (the remark says why): any good value is taken, with a note in the log.
  not_needed,
};

struct Row {
  std::string_view name;
  std::array<std::string_view, 2> flags = {};  // "-w", "--workers"; none: not on the command line
  std::string_view metavar = {};
  Field field;
  std::string_view help;  // the first sentence is what -h shows
  Support support = Support::built;
  std::string_view remark = {};        // to `support`
  std::string_view default_text = {};  // for the docs, where the default depends on the machine
  std::string_view bare = {};          // what a flag without a value means: "false", "auto"
  std::array<int, 3> arities = {};     // of a hook: how many positional arguments it may take; what it is given first

  bool is_hook() const { return field.hook != nullptr; }
};

struct Section {
  std::string_view title;
  std::span<Row const> rows;
  bool is_ours = false;  // Gunicorn has no such settings
};

std::span<Section const> settings_table();

// nullptr for a name that is none of ours. Names are case-sensitive.
Row const* find_row(std::string_view name);

// The names of all settings, in the order of the table.
std::vector<std::string_view> setting_names();

// The hooks of `settings` that are given, with their rows; they live as long as `settings`.
std::vector<std::pair<Row const*, Hook const*>> hooks_of(Settings const& settings);

// What to do instead of a setting that Gunicorn 0.17 had and later versions dropped; empty for any other name.
std::string_view advice_for_retired(std::string_view name);

}  // namespace config
