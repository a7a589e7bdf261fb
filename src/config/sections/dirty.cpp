// A second pool of workers for long tasks, and remote control. Rows only: the machinery is still to come.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kDirtyRows[] = {
    {.name = "dirty_apps",
     .flags = {"--dirty-app"},
     .metavar = "STRING",
     .field = expecting(field<&Settings::dirty_apps>(), "MODULE:CLASS or MODULE:CLASS:WORKERS"),
     .help = "A dirty application, as MODULE:CLASS or MODULE:CLASS:WORKERS; may be given several times.",
     .support = Support::not_yet},
    {.name = "dirty_workers",
     .flags = {"--dirty-workers"},
     .metavar = "INT",
     .field = field<&Settings::dirty_workers>(),
     .help = "The number of dirty workers; 0 means none.",
     .support = Support::not_yet},
    {.name = "dirty_timeout",
     .flags = {"--dirty-timeout"},
     .metavar = "INT",
     .field = field<&Settings::dirty_timeout>(),
     .help = "How many seconds a dirty task may take.",
     .support = Support::not_yet},
    {.name = "dirty_threads",
     .flags = {"--dirty-threads"},
     .metavar = "INT",
     .field = field<&Settings::dirty_threads>(),
     .help = "The number of threads of each dirty worker.",
     .support = Support::not_yet},
    {.name = "dirty_graceful_timeout",
     .flags = {"--dirty-graceful-timeout"},
     .metavar = "INT",
     .field = field<&Settings::dirty_graceful_timeout>(),
     .help = "How many seconds dirty workers have to finish when they are told to stop.",
     .support = Support::not_yet},
};

constexpr Row kDirtyHookRows[] = {
    {.name = "on_dirty_starting",
     .field = hook<&Settings::on_dirty_starting>("<OnDirtyStarting.on_dirty_starting()>"),
     .help = "Called with (arbiter) when the dirty arbiter starts.",
     .support = Support::not_yet,
     .arities = {1}},
    {.name = "dirty_post_fork",
     .field = hook<&Settings::dirty_post_fork>("<DirtyPostFork.dirty_post_fork()>"),
     .help = "Called with (arbiter, worker) in a dirty worker, right after it was forked.",
     .support = Support::not_yet,
     .arities = {2}},
    {.name = "dirty_worker_init",
     .field = hook<&Settings::dirty_worker_init>("<DirtyWorkerInit.dirty_worker_init()>"),
     .help = "Called with (worker) in a dirty worker, once it has loaded its applications.",
     .support = Support::not_yet,
     .arities = {1}},
    {.name = "dirty_worker_exit",
     .field = hook<&Settings::dirty_worker_exit>("<DirtyWorkerExit.dirty_worker_exit()>"),
     .help = "Called with (arbiter, worker) when a dirty worker ends.",
     .support = Support::not_yet,
     .arities = {2}},
};

constexpr Row kControlRows[] = {
    {.name = "control_socket",
     .flags = {"--control-socket"},
     .metavar = "PATH",
     .field = field<&Settings::control_socket>(),
     .help = "A unix socket through which the running server can be asked and told things. Not given, there is none.",
     .support = Support::not_yet},
    {.name = "control_socket_mode",
     .flags = {"--control-socket-mode"},
     .metavar = "INT",
     .field = shaped(expecting(field<&Settings::control_socket_mode, assign_mode>(), "a file mode such as 0o600"),
                     Field::Shape::mode),
     .help = "The file mode of control_socket.",
     .support = Support::not_yet},
    {.name = "control_socket_disable",
     .flags = {"--no-control-socket"},
     .field = field<&Settings::control_socket_disable>(),
     .help = "Do without a control socket.",
     .support = Support::not_needed,
     .remark = "there is no control socket unless control_socket names one"},
};

}  // namespace

constexpr Section kDirtyArbiters{"Dirty Arbiters", kDirtyRows};
constexpr Section kDirtyArbiterHooks{"Dirty Arbiter Hooks", kDirtyHookRows};
constexpr Section kControl{"Control", kControlRows};

}  // namespace config::sections
