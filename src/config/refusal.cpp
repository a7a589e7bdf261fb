#include "config/refusal.h"

#include <format>

#include "base/spellcheck.h"
#include "base/strings.h"
#include "config/row_text.h"

namespace config {
namespace {

std::string near_word(Field const& field, RawValue const& value) {
  auto const* text = value.as<std::string>();
  if (!text) return {};
  auto const near = base::nearest(base::lower(*text), field.words);
  return near ? " (did you mean " + repr(*near) + "?)" : "";
}

// What was written, and where; the way out follows.
std::string refused(Entry const& entry, std::string_view sentence) {
  std::string text;
  auto const source = entry.origin.source;
  if (source == Source::config_file || source == Source::toml_file) {
    text = "Invalid value for " + entry.name + ": " + to_text(entry.value) + "\n\n";
  }
  text += "\nError: " + std::string(sentence) + "\n";
  return text + describe(entry.origin) + ": " + entry.name + " = " + to_repr(entry.value) + ": it ";
}

}  // namespace

std::unexpected<base::Error> refuse_value(Entry const& entry, Row const& row, std::string_view sentence) {
  return base::failure(refused(entry, sentence) + "takes " + expectation(row.field) +
                       near_word(row.field, entry.value));
}

std::unexpected<base::Error> refuse_arity(Entry const& entry, Row const& row, int positional) {
  return base::failure(refused(entry, std::format("Value must have an arity of: {}", row.arities[0])) +
                       std::format("takes {} argument{} and should take {}. {}", positional, positional == 1 ? "" : "s",
                                   row.arities[0], row.help));
}

std::unexpected<base::Error> refuse_path(Entry const& entry, std::string_view reason) {
  return base::failure(refused(entry, reason) +
                       "names nothing that can be imported: give MODULE.FUNCTION, of a module in chdir or pythonpath");
}

std::unexpected<base::Error> refuse_unsupported(std::string_view name, std::string_view value, Origin const& origin) {
  return base::failure("\nError: not supported yet: " + std::string(name) + "\n" + describe(origin) + ": " +
                       std::string(name) + " = " + std::string(value) + ": leave it out to start without it");
}

std::unexpected<base::Error> refuse(std::string_view sentence) {
  return base::failure("\nError: " + std::string(sentence));
}

}  // namespace config
