// The processes that run the application, and how long they may take.
#include "config/sections/sections.h"

namespace config::sections {
namespace {

constexpr std::string_view kAuto[] = {"auto"};
constexpr std::string_view kAsgiLoops[] = {"auto", "asyncio", "uvloop"};
constexpr std::string_view kAsgiLifespans[] = {"auto", "on", "off"};
constexpr std::string_view kHttpParsers[] = {"auto", "fast", "python"};

constexpr Field workers_field() {
  auto made = expecting(field<&Settings::workers>(), "a whole number, 0 or more, or \"auto\"");
  made.words = kAuto;
  return made;
}

constexpr Row kRows[] = {
    {.name = "workers",
     .flags = {"-w", "--workers"},
     .metavar = "INT",
     .field = workers_field(),
     .help = "The number of worker processes. The default is the variable WEB_CONCURRENCY if set, else 1. With "
             "\"auto\" it follows from what the machine or the container grants: one worker per CPU of the affinity "
             "mask, the cpuset and the cgroup's CPU quota (rounded up), whichever is least, but not more than one per "
             "128 MiB of the memory limit and never less than one.",
     .default_text = "$WEB_CONCURRENCY, or 1"},
    {.name = "worker_class",
     .flags = {"-k", "--worker-class"},
     .metavar = "STRING",
     .field = expecting(field<&Settings::worker_class>(), "sync, gthread, asgi, or the path of a worker class"),
     .help = "How a worker runs the application: sync (one request at a time), gthread (a pool of threads) or asgi (an "
             "application of ASGI, such as FastAPI's, on an event loop). sync with more than one thread means gthread. "
             "A path, as in uvicorn_worker.UvicornWorker, is a class of your own on the contract of "
             "gunicorn.workers.base.Worker. gevent and tornado are not supported yet."},
    {.name = "threads",
     .flags = {"--threads"},
     .metavar = "INT",
     .field = field<&Settings::threads>(),
     .help = "The number of threads of each worker that run the application. More than one makes a gthread worker of a "
             "sync worker."},
    {.name = "worker_connections",
     .flags = {"--worker-connections"},
     .metavar = "INT",
     .field = field<&Settings::worker_connections>(),
     .help = "The number of connections that one worker holds at the same time."},
    {.name = "max_requests",
     .flags = {"--max-requests"},
     .metavar = "INT",
     .field = field<&Settings::max_requests>(),
     .help = "After how many requests a worker is replaced; 0 means never. Limits the damage of an application that "
             "leaks memory. It serves until its successor has loaded the application, and no more than a quarter of "
             "the workers (but always one) are being replaced at the same time."},
    {.name = "max_requests_jitter",
     .flags = {"--max-requests-jitter"},
     .metavar = "INT",
     .field = field<&Settings::max_requests_jitter>(),
     .help = "At most so many requests are added to max_requests, at random for each worker. It keeps the workers from "
             "being replaced all at once."},
    {.name = "timeout",
     .flags = {"-t", "--timeout"},
     .metavar = "INT",
     .field = field<&Settings::timeout>(),
     .help = "For how many seconds a worker may show no progress before it is killed and replaced; 0 means for ever. "
             "The log then says which request it was stuck on, with the Python stack of its threads. With threads it "
             "is each request's own time without output: beyond it the client is answered 504 and its thread "
             "interrupted by an exception, monoceros.RequestTimeout; the worker is replaced only if that does not "
             "help."},
    {.name = "graceful_timeout",
     .flags = {"--graceful-timeout"},
     .metavar = "INT",
     .field = field<&Settings::graceful_timeout>(),
     .help = "How many seconds a worker has to finish its requests once it is told to stop. A worker still busy "
             "afterwards is killed."},
    {.name = "keepalive",
     .flags = {"--keep-alive"},
     .metavar = "INT",
     .field = field<&Settings::keepalive>(),
     .help = "How many seconds an idle connection is kept open for the client's next request; 0 closes it after each "
             "answer. Behind a load balancer it should be longer than the balancer's own idle timeout."},
    {.name = "asgi_loop",
     .flags = {"--asgi-loop"},
     .metavar = "STRING",
     .field = choice<&Settings::asgi_loop>(kAsgiLoops, "Invalid ASGI loop: %s"),
     .help = "The event loop of asgi workers; auto is uvloop where it can be imported."},
    {.name = "asgi_lifespan",
     .flags = {"--asgi-lifespan"},
     .metavar = "STRING",
     .field = choice<&Settings::asgi_lifespan>(kAsgiLifespans, "Invalid ASGI lifespan: %s"),
     .help = "Whether asgi workers send the application its lifespan events. An application that fails to start does "
             "not serve; auto also takes one that knows nothing of them."},
    {.name = "asgi_disconnect_grace_period",
     .flags = {"--asgi-disconnect-grace-period"},
     .metavar = "INT",
     .field = field<&Settings::asgi_disconnect_grace_period>(),
     .help = "How many seconds an asgi application may go on after its client has left; 0 cancels it at once."},
    {.name = "http_parser",
     .flags = {"--http-parser"},
     .metavar = "STRING",
     .field = choice<&Settings::http_parser>(kHttpParsers, "http_parser must be one of: auto, fast, python"),
     .help = "Which HTTP parser Gunicorn uses.",
     .support = Support::not_needed,
     .remark = "there is one parser, and it is compiled in"},
};

}  // namespace

constexpr Section kWorkerProcesses{"Worker Processes", kRows};

}  // namespace config::sections
