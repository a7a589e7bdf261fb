#include "config/row_text.h"

#include <format>

#include "base/strings.h"

namespace config {
namespace {

std::string as_written(RawValue const& value) {
  auto const* list = value.as<RawList>();
  if (!list) return to_text(value);
  Texts texts;
  for (auto const& item : *list) texts.push_back(to_text(item));
  return base::join(texts, ",");
}

bool is_nothing(RawValue const& value) {
  auto const* table = value.as<RawTable>();
  return value.is_none() || (table && table->empty());
}

}  // namespace

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
  if (is_nothing(value)) return {};
  if (row.field.shape == Field::Shape::mode) return std::format("{:#o}", *value.as<std::int64_t>());
  return as_written(value);
}

std::string_view summary(Row const& row) {
  auto const end = row.help.find(". ");
  return row.help.substr(0, end == row.help.npos ? end : end + 1);
}

}  // namespace config
