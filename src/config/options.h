// The flags of the command line, as the settings table has them, and which of them somebody means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings_table.h"

namespace config {

// `row` is absent for the two flags that are no settings: help and version.
struct Option {
  std::string_view flag;
  Row const* row = nullptr;

  bool takes_value() const { return row && row->field.shape != Field::Shape::flag; }
  bool value_is_optional() const { return takes_value() && !row->bare.empty(); }
};

std::vector<Option> all_options();

// How messages call it: "-w/--workers".
std::string spelled(Option const&);

// What a word of the command line is: an option, perhaps with the value behind "=" or glued to a short flag.
struct Recognised {
  Option option;
  std::optional<std::string_view> value = {};
};

// Nothing for a word that starts like an option but is none; an error for a beginning that several options share.
// As in Python's argparse, a long flag may be cut short as long as one flag alone begins so.
base::Result<std::optional<Recognised>> recognise(std::vector<Option> const&, std::string_view word);

}  // namespace config
