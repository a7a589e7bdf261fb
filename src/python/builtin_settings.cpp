// The settings table for gunicorn.config: what there is, and the judgement of a value.
#include "config/environment.h"
#include "config/merge.h"
#include "config/settings_table.h"
#include "config/values.h"
#include "python/api.h"
#include "python/builtin_functions.h"
#include "python/convert.h"
#include "python/held.h"

namespace python::builtin {
namespace {

// Objects that passed through a judgement. They are classes and functions of configurations: few, and kept, because
// statics are destroyed when the interpreter is gone.
Held& judged_objects() {
  static Held& held = *new Held;
  return held;
}

char const* shape_name(config::Row const& row) {
  if (row.is_hook()) return "hook";
  switch (row.field.shape) {
    case config::Field::Shape::text:
      return "text";
    case config::Field::Shape::integer:
      return "integer";
    case config::Field::Shape::mode:
      return "mode";
    case config::Field::Shape::flag:
      return "flag";
    case config::Field::Shape::list:
      return "list";
  }
  return "text";
}

// What holds when nothing is configured: the defaults, and the environment variables that change them.
config::NamedValues usual_values(config::Machine const& machine) {
  auto const environment = config::read_environment(machine.environment);
  auto const layers = std::span(&*environment, environment ? 1 : 0);
  auto const merged = config::merge(layers, machine);
  return config::values_of(merged ? merged->settings : config::defaults(machine));
}

Ref list_of_some(Gil const& gil, std::span<std::string_view const> texts) {
  return list_of(gil, texts | std::views::filter([](std::string_view text) { return !text.empty(); }));
}

Ref describe(Gil const& gil, config::Section const& section, config::Row const& row, config::RawValue const& usual) {
  Ref const facts[] = {
      from_utf8(gil, row.name),           from_utf8(gil, section.title),   list_of_some(gil, row.flags),
      from_utf8(gil, row.metavar),        from_utf8(gil, shape_name(row)), from_utf8(gil, row.bare),
      list_of_some(gil, row.field.words), from_utf8(gil, row.help),        judged_objects().to_object(gil, usual)};
  Ref tuple = Ref::take(PyTuple_New(std::size(facts)));
  for (std::size_t i = 0; i < std::size(facts); ++i) {
    if (!tuple || !facts[i]) return {};
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), Py_NewRef(facts[i].get()));
  }
  return tuple;
}

}  // namespace

PyObject* settings_table(PyObject*, PyObject*) {
  auto const& gil = Gil::held();
  auto const values = usual_values(config::Machine::this_one());
  auto usual = values.begin();
  Ref table = Ref::take(PyList_New(0));
  for (auto const& section : config::settings_table()) {
    for (auto const& row : section.rows) {
      Ref const described = describe(gil, section, row, (usual++)->second);
      if (!table || !described || PyList_Append(table.get(), described.get()) < 0) return nullptr;
    }
  }
  return table.release();
}

PyObject* judge_setting(PyObject*, PyObject* arguments) {
  char const* name;
  PyObject* value;
  if (!PyArg_ParseTuple(arguments, "sO:judge_setting", &name, &value)) return nullptr;
  auto const& gil = Gil::held();
  auto& objects = judged_objects();
  auto const judged = config::judge(name, objects.to_raw(gil, value), config::Machine::this_one());
  if (!judged) return PyErr_Format(PyExc_ValueError, "%s", judged.error().message().c_str());
  return objects.to_object(gil, *judged).release();
}

}  // namespace python::builtin
