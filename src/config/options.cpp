#include "config/options.h"

#include <algorithm>

namespace config {
namespace {

Option const* find_flag(std::vector<Option> const& options, std::string_view flag) {
  auto const found = std::ranges::find(options, flag, &Option::flag);
  return found == options.end() ? nullptr : &*found;
}

std::vector<Option> beginning_with(std::vector<Option> const& options, std::string_view beginning) {
  std::vector<Option> matches;
  for (auto const& option : options) {
    if (option.flag.starts_with(beginning)) matches.push_back(option);
  }
  return matches;
}

std::unexpected<base::Error> ambiguous(std::string_view word, std::vector<Option> const& matches) {
  auto message = "ambiguous option: " + std::string(word) + " could match ";
  for (auto const& match : matches) {
    if (&match != &matches.front()) message += ", ";
    message += match.flag;
  }
  return base::failure(message);
}

}  // namespace

std::vector<Option> all_options() {
  std::vector<Option> options{{"-h"}, {"--help"}, {"-v"}, {"--version"}};
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) {
      for (auto const flag : row.flags) {
        if (!flag.empty()) options.push_back({flag, &row});
      }
    }
  }
  return options;
}

std::string spelled(Option const& option) {
  if (!option.row) return std::string(option.flag);
  auto const& [first, second] = option.row->flags;
  return std::string(first) + (second.empty() ? "" : "/" + std::string(second));
}

base::Result<std::optional<Recognised>> recognise(std::vector<Option> const& options, std::string_view word) {
  if (auto const* exact = find_flag(options, word)) return Recognised{*exact};
  auto const equals = word.find('=');
  auto const name = word.substr(0, equals);
  auto const value = equals == word.npos ? std::nullopt : std::optional(word.substr(equals + 1));
  if (auto const* exact = find_flag(options, name)) return Recognised{*exact, value};

  if (!word.starts_with("--")) {
    if (auto const* glued = find_flag(options, word.substr(0, 2))) return Recognised{*glued, word.substr(2)};
    return std::nullopt;
  }
  auto const matches = beginning_with(options, name);
  if (matches.empty()) return std::nullopt;
  if (matches.size() > 1) return ambiguous(word, matches);
  return Recognised{matches.front(), value};
}

}  // namespace config
