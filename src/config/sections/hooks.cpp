// Functions of the user's that are called at moments of the server's life. In a Python config they are functions, in
// TOML the dotted path of one.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "on_starting",
     .field = hook<&Settings::on_starting>("<OnStarting.on_starting()>"),
     .help = "Called with (server) in the arbiter, before it listens.",
     .arities = {1}},
    {.name = "on_reload",
     .field = hook<&Settings::on_reload>("<OnReload.on_reload()>"),
     .help = "Called with (server) in the arbiter, when it recycles the workers because of SIGHUP.",
     .arities = {1}},
    {.name = "when_ready",
     .field = hook<&Settings::when_ready>("<WhenReady.when_ready()>"),
     .help = "Called with (server) in the arbiter, once it listens.",
     .arities = {1}},
    {.name = "pre_fork",
     .field = hook<&Settings::pre_fork>("<Prefork.pre_fork()>"),
     .help = "Called with (server, worker) in the arbiter, before a worker is forked.",
     .arities = {2}},
    {.name = "post_fork",
     .field = hook<&Settings::post_fork>("<Postfork.post_fork()>"),
     .help = "Called with (server, worker) in the worker, right after it was forked.",
     .arities = {2}},
    {.name = "post_worker_init",
     .field = hook<&Settings::post_worker_init>("<PostWorkerInit.post_worker_init()>"),
     .help = "Called with (worker) in the worker, once it has loaded the application.",
     .arities = {1}},
    {.name = "worker_int",
     .field = hook<&Settings::worker_int>("<WorkerInt.worker_int()>"),
     .help = "Called with (worker) in a worker that got SIGINT or SIGQUIT.",
     .arities = {1}},
    {.name = "worker_abort",
     .field = hook<&Settings::worker_abort>("<WorkerAbort.worker_abort()>"),
     .help = "Called with (worker) in a worker that got SIGABRT, which is what a timeout sends.",
     .arities = {1}},
    {.name = "pre_exec",
     .field = hook<&Settings::pre_exec>("<PreExec.pre_exec()>"),
     .help = "Called with (server) before the arbiter executes a new binary because of SIGUSR2.",
     .arities = {1}},
    {.name = "pre_request",
     .field = hook<&Settings::pre_request>("<PreRequest.pre_request()>"),
     .help = "Called with (worker, request) before the application.",
     .arities = {2}},
    {.name = "post_request",
     .field = hook<&Settings::post_request>("<PostRequest.post_request()>"),
     .help = "Called after the application with (worker, request, environ, response); the last two may be left out.",
     .arities = {4, 3, 2}},
    {.name = "child_exit",
     .field = hook<&Settings::child_exit>("<ChildExit.child_exit()>"),
     .help = "Called with (server, worker) in the arbiter, after a worker has ended.",
     .arities = {2}},
    {.name = "worker_exit",
     .field = hook<&Settings::worker_exit>("<WorkerExit.worker_exit()>"),
     .help = "Called with (server, worker) in a worker that is about to end.",
     .arities = {2}},
    {.name = "nworkers_changed",
     .field = hook<&Settings::nworkers_changed>("<NumWorkersChanged.nworkers_changed()>"),
     .help = "Called with (server, new, old) in the arbiter, when the number of workers changes. At the start the old "
             "number is None.",
     .arities = {3}},
    {.name = "on_exit",
     .field = hook<&Settings::on_exit>("<OnExit.on_exit()>"),
     .help = "Called with (server) in the arbiter, last of all.",
     .arities = {1}},
    {.name = "ssl_context",
     .field = hook<&Settings::ssl_context>("<NewSSLContext.ssl_context()>"),
     .help = "Called with (config, default_factory) for the SSL context to use; by worker classes in Python only: TLS "
             "here is not Python's.",
     .arities = {2}},
};

}  // namespace

constexpr Section kServerHooks{"Server Hooks", kRows};

}  // namespace config::sections
