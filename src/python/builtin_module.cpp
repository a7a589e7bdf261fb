#include "python/builtin_module.h"

#include "python/api.h"
#include "python/builtin_functions.h"

namespace python::builtin {
namespace {

PyMethodDef methods[] = {
    {"resource", resource, METH_O, "resource(name) -> bytes of a carried file, or None"},
    {"resource_names", resource_names, METH_O, "resource_names(prefix) -> sorted list of names of carried files"},
    {"musl_version", musl_version, METH_NOARGS,
     "musl_version() -> version of the C library, or None in a build that cannot load extensions"},
    {"object_refusal", object_refusal, METH_O, "object_refusal(path) -> why this extension cannot be loaded, or None"},
    {"settings_table", settings_table, METH_NOARGS,
     "settings_table() -> [(name, section, flags, metavar, shape, bare, words, help, default)]"},
    {"judge_setting", judge_setting, METH_VARARGS,
     "judge_setting(name, value) -> what it becomes as that setting; ValueError if it cannot"},
    {"log", log, METH_VARARGS, "log(level, message): a line of the server's error log; levels as in logging, 10 to 50"},
    {"is_logged", is_logged, METH_O, "is_logged(level) -> whether the error log takes lines of this level"},
    {"metric", metric, METH_VARARGS, "metric(name, value, kind): a metric for StatsD, in texts"},
    {"log_line", log_line, METH_VARARGS, "log_line(level, line): a line of the server's log, as it is"},
    {"log_access", log_access, METH_O, "log_access(line): a line of the server's access log"},
    {"set_process_title", set_process_title, METH_O, "set_process_title(title)"},
    {"serve", serve, METH_O, "serve(application) -> exit status of the server, after its end"},
    {"serve_command", serve_command, METH_NOARGS, "serve_command() -> exit status; serves as sys.argv says"},
    {"beat", beat, METH_NOARGS, "beat(): this worker is alive"},
    {"announce_ready", announce_ready, METH_NOARGS, "announce_ready(): this worker has loaded the application"},
    {"announce_retirement", announce_retirement, METH_NOARGS, "announce_retirement(): this worker wants a successor"},
    {"announce_boot_failure", announce_boot_failure, METH_O, "announce_boot_failure(status): and exits with it"},
    {"serve_requests", serve_requests, METH_O, "serve_requests(callable): the server's own core, until the end"},
    {"heed_signal", heed_signal, METH_O, "heed_signal(number): what this process does upon it by itself"},
    {"arrange_signal", arrange_signal, METH_VARARGS,
     "arrange_signal(number, is_own): after a handler was set, which may be the process's own"},
    {},
};

PyModuleDef_Slot slots[] = {{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_monoceros", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace python::builtin

extern "C" PyObject* create_builtin_module() {
  return PyModuleDef_Init(&python::builtin::definition);
}
