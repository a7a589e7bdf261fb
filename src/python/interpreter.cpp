#include "python/interpreter.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <format>
#include <initializer_list>
#include <utility>

#include "base/strings.h"
#include "base/sys.h"
#include "python/api.h"
#include "python/builtin_module.h"
#include "python/convert.h"
#include "python/raised.h"
#include "python/virtual_environment.h"

// Written by pyembed/pack.py: the standard library and our own Python code.
extern "C" _frozen const monoceros_frozen_modules[];

namespace python {
namespace {

// A PyConfig that is cleared with its scope.
struct Config : PyConfig {
  Config() { PyConfig_InitPythonConfig(this); }
  ~Config() { PyConfig_Clear(this); }
  Config(Config const&) = delete;
  Config& operator=(Config const&) = delete;
};

// Exits where the command line asked for something that is done by now (--version), or is wrong, which has been said.
base::Result<void> checked(PyStatus const& status) {
  if (PyStatus_IsExit(status)) Py_ExitStatusException(status);
  if (!PyStatus_Exception(status)) return {};
  return base::failure(std::string("Python does not start: ") + (status.err_msg ? status.err_msg : "unknown error"));
}

// sys.executable: our path with a second slash in front, by which the command line knows that Python is meant. It
// starts the interpreter from anywhere, without a link that would need a writable file system.
std::string python_executable(std::string const& program) {
  return "/" + program;
}

using Texts = std::initializer_list<std::pair<wchar_t**, std::string>>;

PyStatus set_texts(Config& config, Texts texts) {
  for (auto const& [field, text] : texts) {
    auto const status = PyConfig_SetBytesString(&config, field, text.c_str());
    if (PyStatus_Exception(status)) return status;
  }
  return PyStatus_Ok();
}

PyStatus set_paths(Config& config, std::string const& program) {
  std::string const prefix = kVirtualPrefix;
  auto const library = std::format("{}/lib/python{}.{}", prefix, PY_MAJOR_VERSION, PY_MINOR_VERSION);
  auto const executable = python_executable(program);
  config.module_search_paths_set = 1;
  return set_texts(config, {{&config.executable, executable},
                            {&config.base_executable, executable},
                            {&config.prefix, prefix},
                            {&config.base_prefix, prefix},
                            {&config.exec_prefix, prefix},
                            {&config.base_exec_prefix, prefix},
                            {&config.stdlib_dir, library}});
}

// As if the `python` of the environment had been called, so that `site`, and what it runs, finds its packages. Where
// that is another program, what starts sys.executable brings them by the variable.
PyStatus enter_environment(Config& config, InterpreterOptions const& options) {
  auto environment = environment_around(options.called, options.program);
  bool const may_be_active = config.use_environment && options.bundle.empty();
  if (!environment && may_be_active) environment = active_environment(options.program);
  if (!environment) return PyStatus_Ok();
  auto const& [prefix, executable] = *environment;
  auto const status = set_texts(config, {{&config.prefix, prefix}, {&config.exec_prefix, prefix}});
  if (PyStatus_Exception(status)) return status;
  if (!executable.empty()) return set_texts(config, {{&config.executable, executable}});
  config.user_site_directory = 0;
  ::setenv("VIRTUAL_ENV", prefix.c_str(), 1);
  return PyStatus_Ok();
}

PyStatus append_path(Config& config, std::string const& directory) {
  wchar_t* const wide = Py_DecodeLocale(directory.c_str(), nullptr);
  if (!wide) return PyStatus_NoMemory();
  auto const status = PyWideStringList_Append(&config.module_search_paths, wide);
  PyMem_RawFree(wide);
  return status;
}

// The search path is given, so PYTHONPATH is ours to add, unless -E or -I say otherwise.
PyStatus add_python_path(Config& config) {
  char const* const paths = config.use_environment ? ::getenv("PYTHONPATH") : nullptr;
  if (!paths) return PyStatus_Ok();
  for (auto const directory : base::split(paths, ':')) {
    if (directory.empty()) continue;
    auto const status = append_path(config, std::string(directory));
    if (PyStatus_Exception(status)) return status;
  }
  return PyStatus_Ok();
}

PyStatus preinitialize(bool parse_argv, std::span<char* const> argv) {
  PyPreConfig config;
  PyPreConfig_InitPythonConfig(&config);
  config.utf8_mode = 1;
  config.parse_argv = parse_argv;
  return Py_PreInitializeFromBytesArgs(&config, static_cast<Py_ssize_t>(argv.size()), const_cast<char**>(argv.data()));
}

// `manage.py` of `./shop python manage.py`: the application's, if it has one. What lies where a bundle is started does
// not come before its own modules; a script of elsewhere has its folder in front, as usual.
PyStatus find_script(Config& config, std::string const& bundle, std::span<std::string const> words) {
  if (bundle.empty()) return PyStatus_Ok();
  if (!config.run_filename || config.argv.length == 0) return config.safe_path = 1, PyStatus_Ok();
  auto const& name = words[words.size() - static_cast<std::size_t>(config.argv.length)];
  if (name.starts_with('/') || name.starts_with('.')) return PyStatus_Ok();
  auto const script = bundle + "/app/" + name;
  if (::access(script.c_str(), R_OK) != 0) return PyStatus_Ok();
  auto const status = PyConfig_SetBytesString(&config, &config.run_filename, script.c_str());
  if (PyStatus_Exception(status)) return status;
  return PyConfig_SetBytesString(&config, &config.argv.items[0], script.c_str());
}

// Where a bundle's modules are (pyembed/python/monoceros/sites.py).
base::Result<void> add_bundle(Gil const& gil, std::string const& bundle) {
  if (bundle.empty()) return {};
  Ref const sites = Ref::take(PyImport_ImportModule("monoceros.sites"));
  Ref const added = Ref::take(sites ? PyObject_CallMethod(sites.get(), "add_bundle", "s", bundle.c_str()) : nullptr);
  return added ? base::Result<void>() : base::failure(bundle + ": " + Raised::take(gil).summary(gil));
}

base::Result<void> add_packages_of_command(Gil const& gil) {
  Ref const sites = Ref::take(PyImport_ImportModule("monoceros.sites"));
  Ref const added = Ref::take(sites ? PyObject_CallMethod(sites.get(), "add_for_command", nullptr) : nullptr);
  return added ? base::Result<void>() : base::failure("site-packages: " + Raised::take(gil).summary(gil));
}

base::Result<void> start(Config& config, InterpreterOptions options, bool parse_argv) {
  auto const& bundle = options.bundle;
  std::vector<char*> pointers;
  for (auto& argument : options.argv) pointers.push_back(argument.data());
  TRY_VOID(checked(preinitialize(parse_argv, pointers)));
  PyImport_FrozenModules = monoceros_frozen_modules;
  PyImport_AppendInittab("_monoceros", create_builtin_module);
  config.parse_argv = parse_argv;
  TRY_VOID(checked(PyConfig_SetBytesArgv(&config, static_cast<Py_ssize_t>(pointers.size()), pointers.data())));
  TRY_VOID(checked(set_paths(config, options.program)));
  TRY_VOID(checked(PyConfig_Read(&config)));
  TRY_VOID(checked(enter_environment(config, options)));
  TRY_VOID(checked(add_python_path(config)));
  TRY_VOID(checked(find_script(config, bundle, options.argv)));
  TRY_VOID(checked(Py_InitializeFromConfig(&config)));
  if (Ref const booted = Ref::take(PyImport_ImportModule("monoceros.boot"))) return add_bundle(Gil::held(), bundle);
  return base::failure("Python does not start: " + Raised::take(Gil::held()).traceback(Gil::held()));
}

}  // namespace

base::Result<void> start_interpreter(InterpreterOptions const& options) {
  Config config;
  return start(config, options, false);
}

base::Result<void> search_in(Gil const& gil, std::span<std::string const> folders,
                             std::span<std::string const> places) {
  Ref const sites = Ref::take(PyImport_ImportModule("monoceros.sites"));
  Ref const searched = list_of(gil, folders);
  Ref const beside = list_of(gil, places);
  Ref const done = Ref::take(sites && searched && beside
                                 ? PyObject_CallMethod(sites.get(), "search_in", "OO", searched.get(), beside.get())
                                 : nullptr);
  if (!done) return base::failure("sys.path: " + Raised::take(gil).summary(gil));
  return {};
}

int run_python(InterpreterOptions options) {
  options.argv.insert(options.argv.begin(), python_executable(options.program));
  {
    Config config;
    auto ready = start(config, options, true);
    if (ready && options.bundle.empty()) ready = add_packages_of_command(Gil::held());
    if (!ready) {
      (void)base::sys::write_all(STDERR_FILENO, ready.error().message() + "\n");
      return 1;
    }
  }
  return Py_RunMain();
}

void load_codecs(Gil const&) {
  for (auto const* const name : {"idna", "unicode_escape"}) (void)PyCodec_KnownEncoding(name);
}

void freeze_objects(Gil const&) {
  Ref const collector = Ref::take(PyImport_ImportModule("gc"));
  if (!collector || !Ref::take(PyObject_CallMethod(collector.get(), "freeze", nullptr))) PyErr_Clear();
}

base::Result<pid_t> fork_process(Gil const&) {
  PyOS_BeforeFork();
  auto const pid = base::sys::fork();
  if (pid && *pid == 0)
    PyOS_AfterFork_Child();
  else
    PyOS_AfterFork_Parent();
  return pid;
}

base::Result<void> set_environment(Gil const& gil, std::string const& assignment) {
  auto const equals = assignment.find('=');
  Ref const os = Ref::take(PyImport_ImportModule("os"));
  Ref const environment = Ref::take(os ? PyObject_GetAttrString(os.get(), "environ") : nullptr);
  Ref const name = from_utf8(gil, assignment.substr(0, equals));
  Ref const value = from_utf8(gil, equals == assignment.npos ? "" : assignment.substr(equals + 1));
  if (environment && name && value && PyObject_SetItem(environment.get(), name.get(), value.get()) == 0) return {};
  return base::failure("environment setting '" + assignment + "': " + Raised::take(gil).summary(gil));
}

void unset_environment(Gil const& gil, std::string const& name) {
  Ref const os = Ref::take(PyImport_ImportModule("os"));
  Ref const environment = Ref::take(os ? PyObject_GetAttrString(os.get(), "environ") : nullptr);
  Ref const key = from_utf8(gil, name);
  if (!environment || !key || PyObject_DelItem(environment.get(), key.get()) < 0) PyErr_Clear();
}

void flush_streams(Gil const&) {
  for (auto const* name : {"stdout", "stderr"}) {
    PyObject* const stream = PySys_GetObject(name);
    if (stream && stream != Py_None && !Ref::take(PyObject_CallMethod(stream, "flush", nullptr))) PyErr_Clear();
  }
}

void run_exit_functions(Gil const&) {
  Ref const module = Ref::take(PyImport_ImportModule("atexit"));
  if (!module || !Ref::take(PyObject_CallMethod(module.get(), "_run_exitfuncs", nullptr))) PyErr_Clear();
}

void finish(Gil const&) {
  Py_FinalizeEx();
}

}  // namespace python
