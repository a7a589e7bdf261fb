#include "worker/worker.h"

#include <unistd.h>

#include <random>

#include "python/server_code.h"
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

Booted<Ref> load(Gil const& gil, std::string const& uri) {
  auto loaded = python::load_application(gil, uri);
  if (loaded) return std::move(*loaded);
  if (loaded.error().is_import_error) return std::unexpected(BootFailure{kAppLoadError, loaded.error().text});
  return std::unexpected(BootFailure{kBootError, "Exception in worker process\n" + loaded.error().text});
}

python::wsgi::RequestHooks request_hooks(Gil const& gil, Hooks const& hooks) {
  python::wsgi::RequestHooks around;
  if (hooks.has(gil, "pre_request") || hooks.has(gil, "post_request"))
    around.before = [&hooks](Gil const& held, http::Request const& request) {
      return hooks.pre_request(held, request);
    };
  if (hooks.has(gil, "post_request"))
    around.after = [&hooks](Gil const& held, PyObject* environ, http::Response const& response) {
      hooks.post_request(held, environ, response);
    };
  return around;
}

// Hooks, the application, its bridge: all that may fail because of what the user wrote.
Booted<std::unique_ptr<python::wsgi::Application>> boot(Gil const& gil, Plan const& plan, std::uint64_t age,
                                                        Ref preloaded, Hooks const& hooks, logging::Log& log) {
  if (auto called = hooks.call_worker(gil, "post_fork", age); !called)
    return std::unexpected(from_exception(gil, called.error()));
  Ref callable = std::move(preloaded);
  if (!callable) callable = TRY(load(gil, plan.application));
  auto application = python::wsgi::Application::create(gil, std::move(callable),
                                                       {plan.environ, plan.sendfile, request_hooks(gil, hooks)}, log);
  if (!application) return std::unexpected(from_exception(gil, application.error()));
  if (auto called = hooks.call(gil, "post_worker_init"); !called)
    return std::unexpected(from_exception(gil, called.error()));
  return std::move(*application);
}

int fail(Birth const& birth, logging::Log& log, BootFailure const& failure) {
  birth.announce_boot_failure(failure.status);
  log.error("{}", failure.text);
  return failure.status;
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

}  // namespace

int run(Gil const& gil, Plan plan, Birth birth, Ref preloaded, Hooks const& hooks, logging::Log& log) {
  auto application = boot(gil, plan, birth.age, std::move(preloaded), hooks, log);
  if (!application) return fail(birth, log, application.error());

  auto core = Core::create(std::move(birth.sockets), std::move(plan.core), log);
  if (!core) return fail(birth, log, {kBootError, core.error().message()});
  Standby::Options standby_options{
      plan.graceful_timeout,
      plan.heartbeat,
      [&] { call_from_elsewhere(hooks, {"worker_int", "worker_exit"}); },
      [&] { call_from_elsewhere(hooks, {"worker_abort", "worker_exit"}); },
  };
  auto standby = Standby::create(**core, birth.slot, log, std::move(standby_options));
  if (!standby) return fail(birth, log, {kBootError, standby.error().message()});
  auto signals = Signals::install((*core)->wake_descriptor(), (*standby)->wake_descriptor());
  if (!signals) return fail(birth, log, {kBootError, signals.error().message()});

  Service service(**core, **application, **signals, log, birth.slot,
                  {plan.lanes, requests_to_answer(plan), std::move(plan.access_format)}, birth.announce_retirement);
  (*standby)->start(**signals, service.lanes());
  birth.announce_ready();
  service.run(gil, **standby);
  {
    python::ReleaseGil const released(gil);
    (*standby)->stop();
  }
  if ((*signals)->quick) (void)hooks.call(gil, "worker_int");
  log.info("Worker exiting (pid: {})", ::getpid());
  (void)hooks.call(gil, "worker_exit");
  return 0;
}

}  // namespace worker
