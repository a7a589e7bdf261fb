#include "worker/worker.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/program.h"
#include "base/sys.h"
#include "python/reloading.h"
#include "python/server_code.h"
#include "python/signal_handlers.h"
#include "worker/service.h"
#include "worker/standby.h"

namespace worker {
namespace {

using python::Gil;
using python::Hooks;
using python::Ref;

// A worker that cannot begin: `status` tells the arbiter whether to try another.
struct BootFailure {
  int status;
  std::string text;
};

template <typename T>
using Booted = std::expected<T, BootFailure>;

BootFailure from_exception(Gil const& gil, python::Raised const& raised) {
  return {kBootError, "Exception in worker process\n" + raised.traceback(gil)};
}

BootFailure from_load_failure(python::LoadFailure const& failure) {
  if (failure.is_import_error) return {kAppLoadError, failure.text};
  return {kBootError, "Exception in worker process\n" + failure.text};
}

python::wsgi::RequestHooks request_hooks(Gil const& gil, Hooks const& hooks, python::Logger const* logger) {
  bool const before = hooks.has(gil, "pre_request");
  bool const after = hooks.has(gil, "post_request");
  if (!before && !after && !logger) return {};
  python::wsgi::RequestHooks around;
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
  return std::move(*served);
}

int fail(Birth const& birth, logging::Log& log, BootFailure const& failure) {
  birth.announce_boot_failure(failure.status);
  log.error("{}", failure.text);
  return failure.status;
}

// Tracing is a thread's own affair.
std::function<void(Gil const&)> thread_preparation(Plan const& plan) {
  if (!plan.spew) return {};
  return [](Gil const& gil) { (void)python::trace_lines(gil); };
}

// Spread, so that workers which started together do not retire together.
std::uint64_t requests_to_answer(Plan const& plan) {
  if (plan.max_requests == 0 || plan.max_requests_jitter == 0) return plan.max_requests;
  std::random_device source;
  return plan.max_requests + std::uniform_int_distribution<std::uint64_t>(0, plan.max_requests_jitter)(source);
}

void call_from_elsewhere(Hooks const& hooks, std::initializer_list<char const*> names) {
  python::AcquireGil const gil;
  for (auto const* name : names) {
    (void)hooks.call(gil, name);
  }
}

void tell_of_exit(Hooks const& hooks, Standby::Exit exit, logging::Log& log) {
  switch (exit) {
    case Standby::Exit::quick:
      return call_from_elsewhere(hooks, {"worker_int", "worker_exit"});
    case Standby::Exit::stuck:
      return call_from_elsewhere(hooks, {"worker_abort", "worker_exit"});
    case Standby::Exit::deserted:
      log.info("Worker exiting (pid: {})", ::getpid());
      return call_from_elsewhere(hooks, {"worker_exit"});
  }
}

// Looks whether the certificates' files have changed. What is renewed is for new connections; the others keep theirs.
// Who may not read the files any more, having given up the arbiter's rights, leaves them to a successor.
std::function<void()> certificate_watch(std::shared_ptr<tls::Certificates> certificates,
                                        std::function<void()> announce_retirement, logging::Log& log) {
  return [certificates = std::move(certificates), announce_retirement = std::move(announce_retirement), &log] {
    auto const renewed = certificates->renew();
    if (renewed && *renewed) return log.info("The certificates have changed: new connections get the new ones");
    if (renewed) return;
    if (renewed.error().code() == EACCES) {
      log.info("The certificates have changed and are not for this worker to read: a successor takes over");
      return announce_retirement();
    }
    log.error("The certificates have changed and are no good, the old ones stay: {}", renewed.error().message());
  };
}

using OnBeat = std::function<void(base::Instant)>;

OnBeat every(base::Duration pause, std::function<void()> deed) {
  return [pause, deed = std::move(deed), next = base::now() + pause](base::Instant now) mutable {
    if (now < next) return;
    next = now + pause;
    deed();
  };
}

OnBeat once_after(base::Duration pause, std::function<void()> deed) {
  return [deed = std::move(deed), due = base::now() + pause](base::Instant now) mutable {
    if (now < due) return;
    due = base::Instant::max();
    deed();
  };
}

OnBeat both(OnBeat one, OnBeat other) {
  if (!one) return other;
  return [one = std::move(one), other = std::move(other)](base::Instant now) {
    one(now);
    other(now);
  };
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

namespace {

int serve_heeding_signals(Gil const& gil, Ref callable, Plan plan, Birth birth, Observers const& observers,
                          logging::Log& log) {
  auto const& hooks = observers.hooks;
  auto const* const logger = observers.look_at_loggers(gil);
  auto application = python::wsgi::Application::create(
      gil, std::move(callable), {plan.environ, plan.sendfile, request_hooks(gil, hooks, logger)}, log);
  if (!application) return fail(birth, log, from_exception(gil, application.error()));

  std::optional<http::FileRoot> files;
  if (!plan.sendfile_root.empty()) {
    auto opened = http::FileRoot::open(plan.sendfile_root);
    if (!opened) return fail(birth, log, {kBootError, opened.error().message()});
    files = std::move(*opened);
  }

  if (auto const& certificates = plan.core.certificates) {
    auto watch = certificate_watch(certificates, birth.announce_retirement, log);
    birth.on_beat = both(birth.on_beat, every(std::chrono::seconds(2), std::move(watch)));
  }
  birth.on_beat = both(birth.on_beat, once_after(std::chrono::seconds(1), base::forget_program_pages));

  auto core = Core::create(std::move(birth.sockets), std::move(plan.core), log);
  if (!core) return fail(birth, log, {kBootError, core.error().message()});
  birth.on_beat = both(birth.on_beat, every(std::chrono::seconds(1), [&core] { (*core)->tidy(); }));
  (*core)->share_by(birth.relay);
  (*core)->on_drained(birth.announce_drained);
  auto const interruption = python::Interruption::create(gil);
  if (!interruption) return fail(birth, log, from_exception(gil, interruption.error()));
  Standby::Options standby_options{
      .graceful_timeout = plan.graceful_timeout,
      .request_timeout = plan.request_timeout,
      .interruption = &*interruption,
      .sibling_is_idle = birth.sibling_is_idle,
      .retire = birth.announce_retirement,
      .heartbeat = plan.heartbeat,
      .on_exit = [&](Standby::Exit exit) { tell_of_exit(hooks, exit, log); },
      .on_beat = birth.on_beat,
      .access_format = &plan.access_format,
      .access_logger = logger,
  };
  auto standby = Standby::create(**core, birth.slot, log, std::move(standby_options));
  if (!standby) return fail(birth, log, {kBootError, standby.error().message()});

  auto& signals = Signals::serve((*core)->wake_descriptor(), (*standby)->wake_descriptor());
  Service service(**core, **application, signals, log, birth.slot,
                  {plan.lanes, hooks.max_requests(gil).value_or(requests_to_answer(plan)), plan.access_format,
                   birth.statsd, thread_preparation(plan), plan.server, files ? &*files : nullptr, logger},
                  birth.announce_retirement);
  AccessLog refusals(plan.access_format, log, nullptr, logger);
  if (refusals.is_enabled()) (*core)->log_access_to(&refusals);
  auto started = service.start_threads(gil, **standby);
  if (started) {
    started = (*standby)->start(signals, service.lanes());
    if (!started) service.dismiss_threads(gil);
  }
  if (!started) return fail(birth, log, {kBootError, started.error().message()});
  birth.announce_ready();
  service.run(gil, **standby);
  {
    python::ReleaseGil const released(gil);
    if (birth.reloader) birth.reloader->stop();
    (*standby)->stop();
  }
  Signals::ring_no_more();
  if (signals.quick) (void)hooks.call(gil, "worker_int");
  return 0;
}

}  // namespace

int run(Gil const& gil, Plan plan, Birth birth, Load const& load, Observers const& observers, logging::Log& log) {
  auto callable = boot(gil, plan, birth.age, load, observers);
  if (!callable) return fail(birth, log, callable.error());
  int const status =
      serve_heeding_signals(gil, std::move(*callable), std::move(plan), std::move(birth), observers, log);
  log.info("Worker exiting (pid: {})", ::getpid());
  (void)observers.hooks.call(gil, "worker_exit");
  (void)observers.hooks.call(gil, "hide_signals");
  return status;
}

int serve(Gil const& gil, Ref callable, Plan plan, Birth birth, Observers const& observers, logging::Log& log) {
  if (auto installed = Signals::install(); !installed)
    return fail(birth, log, {kBootError, installed.error().message()});
  return serve_heeding_signals(gil, std::move(callable), std::move(plan), std::move(birth), observers, log);
}

}  // namespace worker
