#include "python/server_code.h"

#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

Outcome<Ref> call(Gil const& gil, char const* module, char const* function, std::string const& argument) {
  Ref const code = Ref::take(PyImport_ImportModule(module));
  Ref const text = from_utf8(gil, argument);
  return checked(gil, code && text ? PyObject_CallMethod(code.get(), function, "O", text.get()) : nullptr);
}

// Failures the operator is to read as one sentence are raised by our code as this.
bool is_plain(Gil const& gil, Raised const& raised, char const* module, char const* name) {
  Ref const code = Ref::take(PyImport_ImportModule(module));
  Ref const type = Ref::take(code ? PyObject_GetAttrString(code.get(), name) : nullptr);
  if (type) return raised.is(gil, type.get());
  PyErr_Clear();
  return false;
}

std::string sentence(Gil const& gil, Raised const& raised) {
  Ref const text = Ref::take(PyObject_Str(raised.exception()));
  if (text) return to_utf8(gil, text.get());
  PyErr_Clear();
  return raised.summary(gil);
}

}  // namespace

std::expected<Ref, LoadFailure> load_application(Gil const& gil, std::string const& uri) {
  auto loaded = call(gil, "monoceros.app", "load", uri);
  if (loaded) return std::move(*loaded);
  if (is_plain(gil, loaded.error(), "monoceros.app", "AppImportError"))
    return std::unexpected(LoadFailure{true, sentence(gil, loaded.error())});
  return std::unexpected(LoadFailure{false, loaded.error().traceback(gil)});
}

base::Result<config::Layer> read_config_file(Gil const& gil, std::string const& location, Held& held) {
  auto const names = call(gil, "monoceros.config_file", "load", location);
  if (!names) {
    if (is_plain(gil, names.error(), "monoceros.config_file", "ConfigError"))
      return base::failure(sentence(gil, names.error()));
    return base::failure(names.error().traceback(gil));
  }
  config::Layer layer;
  PyObject *name, *value;
  for (Py_ssize_t position = 0; PyDict_Next(names->get(), &position, &name, &value);)
    layer.push_back({to_utf8(gil, name), held.to_raw(gil, value), {config::Source::config_file, location}});
  return layer;
}

base::Result<Ref> import_object(Gil const& gil, std::string const& path) {
  auto found = call(gil, "monoceros.app", "import_object", path);
  if (!found) return base::failure(found.error().summary(gil));
  return std::move(*found);
}

}  // namespace python
