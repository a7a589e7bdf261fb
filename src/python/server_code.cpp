#include "python/server_code.h"

#include "config/settings_table.h"
#include "python/api.h"
#include "python/convert.h"

namespace python {
namespace {

Outcome<Ref> call(Gil const& gil, char const* module, char const* function, std::string const& argument) {
  Ref const code = Ref::take(PyImport_ImportModule(module));
  Ref const text = from_utf8(gil, argument);
  return checked(gil, code && text ? PyObject_CallMethod(code.get(), function, "O", text.get()) : nullptr);
}

bool is_a(Gil const& gil, Raised const& raised, char const* module, char const* name) {
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

// RuntimeError is what the gunicorn package says to the operator with, as Gunicorn does.
std::string message_of(Gil const& gil, Raised const& raised) {
  if (raised.is(gil, PyExc_RuntimeError) || is_a(gil, raised, "gunicorn.errors", "ConfigError"))
    return sentence(gil, raised);
  return raised.traceback(gil);
}

base::Result<Ref> named_application(Gil const& gil, std::string const& uri) {
  auto made = call(gil, "monoceros.app", "NamedApplication", uri);
  if (!made) return base::failure(made.error().summary(gil));
  return std::move(*made);
}

base::Result<Ref> paste_application(Gil const& gil, std::string const& uri, std::span<std::string const> global_conf) {
  Ref const assignments = Ref::take(PyList_New(0));
  for (auto const& assignment : global_conf) PyList_Append(assignments.get(), from_utf8(gil, assignment).get());
  Ref const code = Ref::take(PyImport_ImportModule("monoceros.app"));
  auto made = checked(
      gil, code ? PyObject_CallMethod(code.get(), "PasteApplication", "sO", uri.c_str(), assignments.get()) : nullptr);
  if (!made) return base::failure(made.error().summary(gil));
  return std::move(*made);
}

std::expected<Ref, LoadFailure> load_application(Gil const& gil, PyObject* application) {
  auto loaded = checked(gil, PyObject_CallMethod(application, "wsgi", nullptr));
  if (loaded) return std::move(*loaded);
  if (is_a(gil, loaded.error(), "gunicorn.errors", "AppImportError"))
    return std::unexpected(LoadFailure{true, sentence(gil, loaded.error())});
  return std::unexpected(LoadFailure{false, loaded.error().traceback(gil)});
}

std::string complaint_about(Gil const& gil, PyObject* application, bool is_asgi) {
  Ref const code = Ref::take(PyImport_ImportModule("monoceros.app"));
  Ref const text = Ref::take(
      code ? PyObject_CallMethod(code.get(), "complaint", "OO", application, is_asgi ? Py_True : Py_False) : nullptr);
  if (!text) PyErr_Clear();
  return text && PyUnicode_Check(text.get()) ? to_utf8(gil, text.get()) : std::string();
}

// Names of the file's own are not asked what they are: they may be of classes with ideas of their own.
bool is_simple(PyObject* value) {
  return PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyBool_Check(value);
}

config::Layer layer_of(Gil const& gil, PyObject* dict, config::Origin const& origin, Held& held) {
  config::Layer layer;
  PyObject *name, *value;
  for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &name, &value);) {
    auto const text = to_utf8(gil, name);
    layer.push_back(
        {text, config::find_row(text) || is_simple(value) ? held.to_raw(gil, value) : config::RawValue(), origin});
  }
  return layer;
}

base::Result<config::Layer> read_config_file(Gil const& gil, std::string const& location, Held& held) {
  auto const names = call(gil, "monoceros.config_file", "load", location);
  if (!names) return base::failure(message_of(gil, names.error()));
  return layer_of(gil, names->get(), {config::Source::config_file, location}, held);
}

base::Result<config::Layer> read_paste_file(Gil const& gil, std::string const& uri, Held& held) {
  auto const names = call(gil, "gunicorn.app.pasterapp", "settings_of", uri);
  if (!names) return base::failure(message_of(gil, names.error()));
  return layer_of(gil, names->get(), {config::Source::framework, uri}, held);
}

void connect_loggers(Gil const&, logging::Level level, bool with_access) {
  int const threshold = (static_cast<int>(level) + 1) * 10;
  Ref const code = Ref::take(PyImport_ImportModule("monoceros.logs"));
  if (!code || !Ref::take(PyObject_CallMethod(code.get(), "connect", "ii", threshold, static_cast<int>(with_access))))
    PyErr_Clear();
}

LoggerChanges logger_changes(Gil const&) {
  Ref const code = Ref::take(PyImport_ImportModule("monoceros.logs"));
  Ref const changes = Ref::take(code ? PyObject_CallMethod(code.get(), "changes", nullptr) : nullptr);
  PyObject* level;
  int access;
  if (!changes || !PyArg_ParseTuple(changes.get(), "Op", &level, &access)) {
    PyErr_Clear();
    return {};
  }
  if (level == Py_None) return {{}, access != 0};
  return {logging::level_of(PyLong_AsLong(level)), access != 0};
}

std::string server_name(Gil const& gil) {
  Ref const module = Ref::take(PyImport_ImportModule("gunicorn"));
  Ref const name = Ref::take(module ? PyObject_CallMethod(module.get(), "server_name", nullptr) : nullptr);
  if (name && PyUnicode_Check(name.get())) return to_utf8(gil, name.get());
  PyErr_Clear();
  return "monoceros";
}

std::vector<std::string> command_line(Gil const& gil) {
  std::vector<std::string> words;
  PyObject* const argv = PySys_GetObject("argv");
  for (Py_ssize_t i = 0; argv && PyList_Check(argv) && i < PyList_GET_SIZE(argv); ++i)
    words.push_back(to_utf8(gil, PyList_GET_ITEM(argv, i)));
  return words;
}

base::Result<Ref> import_object(Gil const& gil, std::string const& path) {
  auto found = call(gil, "monoceros.app", "import_object", path);
  if (!found) return base::failure(found.error().summary(gil));
  return std::move(*found);
}

}  // namespace python
