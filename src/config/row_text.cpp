#include "config/row_text.h"

namespace config {

std::string expectation(Field const& field) {
  if (!field.expects.empty()) return std::string(field.expects);
  std::string words = "one of ";
  for (auto const word : field.words) {
    if (word != field.words.front()) words += ", ";
    words += word;
  }
  return words;
}

std::string default_of(Row const& row) {
  if (!row.default_text.empty()) return std::string(row.default_text);
  auto const value = row.is_hook() ? RawValue() : row.field.get(row.field, Settings());
  if (auto const* flag = value.as<bool>()) return *flag ? "true" : "false";
  return value.is_none() ? "" : to_text(value);
}

std::string_view summary(Row const& row) {
  auto const end = row.help.find(". ");
  return row.help.substr(0, end == row.help.npos ? end : end + 1);
}

}  // namespace config
