// The server as a process: directory, environment, owner, files.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr Row kRows[] = {
    {.name = "preload_app",
     .flags = {"--preload"},
     .field = field<&Settings::preload_app>(),
     .help =
         "Load the application once, before the workers are forked. They share its memory and start faster, but new "
         "code needs a restart of the whole server. Code, texts and plain containers that exist by then are never "
         "released, and references to them are not counted, so that sharing lasts."},
    {.name = "sendfile",
     .flags = {"--no-sendfile"},
     .field = field<&Settings::sendfile>(),
     .help = "Let the kernel send files, without a copy through the worker; the flag switches it off. So does the "
             "variable SENDFILE with a value other than y, 1, yes or true.",
     .default_text = "true, or $SENDFILE",
     .bare = "false"},
    {.name = "reuse_port",
     .flags = {"--reuse-port"},
     .field = field<&Settings::reuse_port>(),
     .help =
         "Give each worker a listening socket of its own with SO_REUSEPORT. A connection that is just being made to "
         "a worker that is about to go is then lost, at a reload for example, unless the kernel passes it on "
         "(sysctl net.ipv4.tcp_migrate_req=1)."},
    {.name = "chdir",
     .flags = {"--chdir"},
     .metavar = "DIR",
     .field = expecting(field<&Settings::chdir, assign_directory>(), "a directory that exists"),
     .help = "The directory to change to before the application is loaded; also the first place where Python looks for "
             "modules.",
     .default_text = "the directory in which the server is started"},
    {.name = "daemon",
     .flags = {"-D", "--daemon"},
     .field = field<&Settings::daemon>(),
     .help =
         "Detach from the terminal and run in the background. The command returns when the server serves, after half "
         "a minute at the latest, or with the server's exit status when it does not come up. Has no effect on the "
         "first process of a container."},
    {.name = "raw_env",
     .flags = {"-e", "--env"},
     .metavar = "ENV",
     .field = expecting(field<&Settings::raw_env, assign_variables>(), "NAME=VALUE"),
     .help =
         "An environment variable for the application, as NAME=VALUE; may be given several times. In TOML the table "
         "[env] says the same more easily."},
    {.name = "pidfile",
     .flags = {"-p", "--pid"},
     .metavar = "FILE",
     .field = field<&Settings::pidfile>(),
     .help = "A file to write the process number of the arbiter to."},
    {.name = "worker_tmp_dir",
     .flags = {"--worker-tmp-dir"},
     .metavar = "DIR",
     .field = field<&Settings::worker_tmp_dir>(),
     .help = "A directory for large request bodies, if it is not in memory; see tmp_upload_dir. Gunicorn keeps a file "
             "there by which a worker shows that it is alive; here that is done without one."},
    {.name = "user",
     .flags = {"-u", "--user"},
     .metavar = "USER",
     .field = expecting(field<&Settings::user, assign_user>(), "a user's number, or a name that the system knows"),
     .help = "The user, by name or number, that workers run as. The arbiter stays who it is, and log files and unix "
             "sockets are given to this user. A worker that changes its user keeps no supplementary group of whoever "
             "started the server.",
     .default_text = "the user who starts the server"},
    {.name = "group",
     .flags = {"-g", "--group"},
     .metavar = "GROUP",
     .field = expecting(field<&Settings::group, assign_group>(), "a group's number, or a name that the system knows"),
     .help = "The group, by name or number, that workers run as.",
     .default_text = "the group of who starts the server"},
    {.name = "umask",
     .flags = {"-m", "--umask"},
     .metavar = "INT",
     .field =
         shaped(expecting(field<&Settings::umask, assign_mode>(), "a file mode such as 0o022"), Field::Shape::mode),
     .help = "The bits that files and sockets made by the server do not get. \"0022\" is octal."},
    {.name = "initgroups",
     .flags = {"--initgroups"},
     .field = field<&Settings::initgroups>(),
     .help = "Give workers all the groups of their user, and not only one."},
    {.name = "tmp_upload_dir",
     .metavar = "DIR",
     .field = field<&Settings::tmp_upload_dir>(),
     .help =
         "The directory for request bodies larger than 1 MiB, which are kept in unnamed files until they are answered. "
         "The first of a worker stay in the kernel's pages they came in, without a copy, as far as 16 pipes hold them "
         "(16 to 128 MiB, by how they come): not what comes in chunks or by TLS. In a rush the next body overwrites "
         "such a file: up to 128 MiB a worker are let go of a second or two later. A body that finds no room is "
         "answered with 507. Without any directory that takes files, on a read-only root for example, they are kept in "
         "memory, up to 64 MiB a worker. There, and in a tmpfs that is not named here, those of all workers take a "
         "quarter of the machine's or container's memory at most.",
     .default_text = "the first that takes files of worker_tmp_dir, $TMPDIR, /tmp and /var/tmp"},
    {.name = "pythonpath",
     .flags = {"--pythonpath"},
     .metavar = "STRING",
     .field = expecting(field<&Settings::pythonpath>(), "directories, separated by commas"),
     .help = "Directories, separated by commas, in which Python looks for modules first; the last one is the very "
             "first."},
    {.name = "paste",
     .flags = {"--paste", "--paster"},
     .metavar = "STRING",
     .field = field<&Settings::paste>(),
     .help = "A PasteDeploy file to load the application from, as FILE#NAME."},
    {.name = "raw_paste_global_conf",
     .flags = {"--paste-global"},
     .metavar = "CONF",
     .field = expecting(field<&Settings::raw_paste_global_conf, assign_variables>(), "NAME=VALUE"),
     .help = "A variable for the PasteDeploy file, as NAME=VALUE; may be given several times."},
};

}  // namespace

constexpr Section kServerMechanics{"Server Mechanics", kRows};

}  // namespace config::sections
