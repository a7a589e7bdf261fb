#include "worker/worker.h"

#include <unistd.h>

#include "base/sys.h"
#include "python/reloading.h"
#include "python/server_code.h"
#include "python/signal_handlers.h"
#include "worker/equipment.h"
#include "worker/event_service.h"
#include "worker/service.h"

namespace worker {
namespace {

using python::Gil;
using python::Hooks;
using python::Ref;

BootFailure from_load_failure(python::LoadFailure const& failure) {
  if (failure.is_import_error) return {kAppLoadError, failure.text};
  return {kBootError, "Exception in worker process\n" + failure.text};
}

python::RequestHooks request_hooks(Gil const& gil, Hooks const& hooks, python::Logger const* logger) {
  bool const before = hooks.has(gil, "pre_request");
  bool const after = hooks.has(gil, "post_request");
  if (!before && !after && !logger) return {};
  python::RequestHooks around;
  around.before = [&hooks, before](Gil const& held, http::Connection const& connection) {
    Ref request = hooks.make_request(held, connection);
    return request && before && !hooks.pre_request(held, request.get()) ? Ref() : std::move(request);
  };
  if (before) {
    around.rewrite = [&hooks](Gil const& held, PyObject* environ, PyObject* request) {
      return hooks.rewrite(held, request, environ);
    };
  }
  around.after = [&hooks, after, logger](Gil const& held, PyObject* environ, PyObject* request,
                                         http::Response const& response, base::Duration duration) {
    if (logger) logger->access(held, environ, request, response, duration);
    if (after) hooks.post_request(held, environ, request, response);
  };
  return around;
}

// As in Gunicorn: what post_fork has made of them is over, what comes later counts.
Booted<void> heed_signals(Gil const& gil, Hooks const& hooks) {
  if (auto installed = Signals::install(); !installed)
    return std::unexpected(BootFailure{kBootError, installed.error().message()});
  python::keep_own_handlers(Signals::note_python);
  if (auto shown = hooks.call(gil, "show_signals"); !shown) return std::unexpected(from_exception(gil, shown.error()));
  return {};
}

// Hooks and the application: all that may fail because of what the user wrote.
Booted<Ref> boot(Gil const& gil, Plan const& plan, std::uint64_t age, Load const& load, Observers const& observers) {
  auto const& [hooks, look_at_loggers] = observers;
  if (plan.spew) {
    if (auto traced = python::trace_lines(gil); !traced) return std::unexpected(from_exception(gil, traced.error()));
  }
  if (auto called = hooks.call_worker(gil, "post_fork", age); !called)
    return std::unexpected(from_exception(gil, called.error()));
  if (auto heeded = heed_signals(gil, hooks); !heeded) return std::unexpected(std::move(heeded.error()));
  look_at_loggers(gil);
  auto callable = load(gil);
  look_at_loggers(gil);
  if (!callable) return std::unexpected(from_load_failure(callable.error()));
  auto served = hooks.call_post_worker_init(gil, callable->get());
  if (!served) return std::unexpected(from_exception(gil, served.error()));
  auto const complaint = python::complaint_about(gil, served->get(), plan.asgi.has_value());
  if (!complaint.empty()) return std::unexpected(BootFailure{kAppLoadError, complaint});
  return std::move(*served);
}

int fail(Birth const& birth, logging::Log& log, BootFailure const& failure) {
  birth.announce_boot_failure(failure.status);
  log.error("{}", failure.text);
  return failure.status;
}

// The service is over: nobody is told of signals any more.
void stop(Gil const& gil, Equipment& equipment, Birth const& birth, Hooks const& hooks) {
  {
    python::ReleaseGil const released(gil);
    if (birth.reloader) birth.reloader->stop();
    equipment.standby->stop();
  }
  Signals::ring_no_more();
  if (equipment.signals->quick) (void)hooks.call(gil, "worker_int");
}

// The part of a worker's life on the event loop.
int serve_events(Gil const& gil, python::asgi::EventLoop const& loop, Ref callable, Plan plan, Birth birth,
                 Observers const& observers, logging::Log& log) {
  auto const& hooks = observers.hooks;
  auto state = loop.start(gil, callable.get(), plan.asgi->lifespan, [&] { birth.slot.beat(base::now()); });
  if (!state) return fail(birth, log, {kBootError, python::message_of(gil, state.error())});
  auto const* const logger = observers.look_at_loggers(gil);
  auto application = python::asgi::Application::create(gil, std::move(callable), loop, std::move(*state),
                                                       {plan.asgi->scope, request_hooks(gil, hooks, logger)}, log);
  if (!application) return fail(birth, log, from_exception(gil, application.error()));
  auto equipped = equip(gil, plan, birth, hooks, logger, log);
  if (!equipped) return fail(birth, log, equipped.error());
  auto& [files, core, interruption, pulse, standby, signals, books, refusals] = **equipped;

  int status = 0;
  {
    EventService service(*core, **application, loop, *signals, log, birth.slot, *books, *pulse,
                         {plan.server, files ? &*files : nullptr, plan.graceful_timeout, plan.asgi->disconnect_grace});
    auto const started = standby->start(*signals, service.lanes());
    if (!started) return fail(birth, log, {kBootError, started.error().message()});
    birth.announce_ready();
    auto ran = service.run(gil);
    auto finished = loop.finish(gil, signals->quick, [&] { pulse->beat(); });
    if (ran) ran = std::move(finished);
    if (!ran) {
      log.error("Exception in worker process\n{}", ran.error().traceback(gil));
      status = 1;
    }
    stop(gil, **equipped, birth, hooks);
  }
  return status;
}

// Tracing is a thread's own affair.
std::function<void(Gil const&)> thread_preparation(Plan const& plan) {
  if (!plan.spew) return {};
  return [](Gil const& gil) { (void)python::trace_lines(gil); };
}

// The part of a worker's life in which requests are calls.
int serve_calls(Gil const& gil, Ref callable, Plan plan, Birth birth, Observers const& observers, logging::Log& log) {
  auto const& hooks = observers.hooks;
  auto const* const logger = observers.look_at_loggers(gil);
  auto application = python::wsgi::Application::create(
      gil, std::move(callable), {plan.environ, plan.sendfile, request_hooks(gil, hooks, logger)}, log);
  if (!application) return fail(birth, log, from_exception(gil, application.error()));
  auto equipped = equip(gil, plan, birth, hooks, logger, log);
  if (!equipped) return fail(birth, log, equipped.error());
  auto& [files, core, interruption, pulse, standby, signals, books, refusals] = **equipped;

  Service service(*core, **application, *signals, log, birth.slot, *books,
                  {plan.lanes, thread_preparation(plan), plan.server, files ? &*files : nullptr});
  auto started = service.start_threads(gil, *standby);
  if (started) {
    started = standby->start(*signals, service.lanes());
    if (!started) service.dismiss_threads(gil);
  }
  if (!started) return fail(birth, log, {kBootError, started.error().message()});
  birth.announce_ready();
  service.run(gil, *standby);
  stop(gil, **equipped, birth, hooks);
  return 0;
}

}  // namespace

base::Result<std::unique_ptr<Reloader>> reloader_of(Plan const& plan, Hooks const& hooks, logging::Log& log,
                                                    std::function<void()> announce_retirement) {
  if (!plan.reload) return nullptr;
  log.warning("Reloader is on. Use in development only!");
  Reloader::Options options;
  options.engine = plan.reload_engine;
  options.since = base::FileStamps::beginning();
  options.files = [&plan, &log]() -> base::FileStamps::Watched {
    python::AcquireGil const gil;
    auto files = python::application_files(gil, plan.reload_extra_files);
    if (files) return {std::move(files->paths), files->additions_are_changes};
    log.error("The application's files are not known\n{}", files.error().traceback(gil));
    return {};
  };
  options.on_change = [&hooks, &log, announce_retirement](std::string const& file) {
    log.info("Worker reloading: {} modified", file);
    call_from_elsewhere(hooks, {"worker_int"});
    announce_retirement();
    (void)base::sys::kill(base::sys::own_pid(), SIGTERM);
  };
  return Reloader::create(std::move(options), log);
}

int run(Gil const& gil, Plan plan, Birth birth, Load const& load, Observers const& observers, logging::Log& log) {
  std::optional<python::asgi::EventLoop> loop;  // before the application is loaded, which may ask for it
  if (plan.asgi) {
    auto made = python::asgi::EventLoop::create(gil, plan.asgi->loop, plan.heartbeat);
    if (!made) return fail(birth, log, from_exception(gil, made.error()));
    loop = std::move(*made);
  }
  auto callable = boot(gil, plan, birth.age, load, observers);
  if (!callable) return fail(birth, log, callable.error());
  int const status =
      loop ? serve_events(gil, *loop, std::move(*callable), std::move(plan), std::move(birth), observers, log)
           : serve_calls(gil, std::move(*callable), std::move(plan), std::move(birth), observers, log);
  log.info("Worker exiting (pid: {})", ::getpid());
  (void)observers.hooks.call(gil, "worker_exit");
  (void)observers.hooks.call(gil, "hide_signals");
  return status;
}

int serve(Gil const& gil, Ref callable, Plan plan, Birth birth, Observers const& observers, logging::Log& log) {
  if (auto installed = Signals::install(); !installed)
    return fail(birth, log, {kBootError, installed.error().message()});
  return serve_calls(gil, std::move(callable), std::move(plan), std::move(birth), observers, log);
}

}  // namespace worker
