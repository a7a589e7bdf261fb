#include "config/render.h"

#include <algorithm>
#include <format>

#include "config/row_text.h"
#include "config/settings_table.h"

namespace config {
namespace {

std::string origin_text(Merged const& merged, std::string_view name) {
  auto const found = merged.origins.find(name);
  auto text = describe(found == merged.origins.end() ? Origin{} : found->second);
  if (name == "workers" && merged.settings.workers.is_auto) text += " (auto)";
  return text;
}

std::string flags_of(Row const& row) {
  std::string flags;
  for (auto const flag : row.flags) {
    if (flag.empty()) continue;
    if (!flags.empty()) flags += ", ";
    bool const takes_value = row.field.shape != Field::Shape::flag;
    flags += "`" + std::string(flag) + (takes_value ? " " + std::string(row.metavar) : "") + "`";
  }
  return flags.empty() ? "none" : flags;
}

std::string status_of(Row const& row) {
  switch (row.support) {
    case Support::built:
      return {};
    case Support::not_yet:
      return "\n**Not supported yet**: a value other than the default stops the start.\n";
    case Support::not_needed:
      return "\n**No effect**: " + std::string(row.remark) + ".\n";
  }
  return {};
}

std::string describe_row(Row const& row) {
  auto text = std::format("\n### {}\n\n{}\n\n", row.name, row.help);
  if (!row.is_hook()) {
    auto const usual = default_of(row);
    text += std::format("- Command line: {}\n- Takes: {}\n- Default: {}\n", flags_of(row), expectation(row.field),
                        usual.empty() ? "none" : "`" + usual + "`");
  }
  return text + status_of(row);
}

}  // namespace

std::string print_settings(Merged const& merged, Origins origins) {
  auto names = setting_names();
  std::ranges::sort(names);
  auto const width = std::ranges::max(names, {}, &std::string_view::size).size();
  std::string text;
  for (auto const name : names) {
    auto const& field = find_row(name)->field;
    text += std::format("{:{}} = {}", name, width, to_text(field.get(field, merged.settings)));
    if (origins == Origins::shown) text += "  # " + origin_text(merged, name);
    text += '\n';
  }
  return text;
}

std::string settings_reference() {
  std::string text =
      "# Settings\n\n"
      "Generated from the settings table by the unit test SettingsReference; do not edit (see the end).\n\n"
      "A setting is given, from the weakest source to the strongest, by an environment variable, in a configuration "
      "file (`monoceros.toml` or `gunicorn.conf.py`), in the variable `GUNICORN_CMD_ARGS`, or on the command line. "
      "A later source replaces an earlier one, lists included. What `monoceros bundle` bakes in is weaker than all of "
      "them, and a file named at the start replaces the one baked in. `monoceros --print-config APP_MODULE` shows "
      "every value "
      "and where it came from.\n\n"
      "In TOML each setting is a key of the top level; a hook is the path of a function, as in "
      "`post_fork = \"hooks.post_fork\"`; the table `[env]` holds environment variables for the application.\n";
  for (auto const& section : settings_table()) {
    text += std::format("\n## {}\n", section.title);
    for (auto const& row : section.rows) text += describe_row(row);
  }
  return text + "\n---\nTo write this file anew: `MONOCEROS_WRITE_REFERENCE=1 config_tests`.\n";
}

}  // namespace config
