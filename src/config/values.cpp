#include "config/values.h"

#include "config/merge.h"
#include "config/settings_table.h"

namespace config {
namespace {

RawValue value_of(Row const& row, Settings const& settings) {
  if (!row.is_hook()) return row.field.get(row.field, settings);
  auto const& hook = settings.*row.field.hook;
  if (hook.object) return *hook.object;
  return hook.path.empty() ? RawValue() : RawValue(hook.path);
}

}  // namespace

NamedValues values_of(Settings const& settings) {
  NamedValues values;
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) values.emplace_back(row.name, value_of(row, settings));
  }
  return values;
}

base::Result<RawValue> judge(std::string_view name, RawValue const& value, Machine const& machine) {
  auto const* const row = find_row(name);
  if (!row) return base::failure("No configuration setting for: " + std::string(name));
  auto settings = defaults(machine);
  Texts notes;
  Context context{machine, notes};
  TRY_VOID(row->field.set(row->field, settings, value, context));
  return value_of(*row, settings);
}

}  // namespace config
