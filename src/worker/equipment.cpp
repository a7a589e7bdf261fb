#include "worker/equipment.h"

#include <errno.h>
#include <unistd.h>

#include <random>

#include "base/program.h"

namespace worker {
namespace {

using python::Gil;
using python::Hooks;

// Spread, so that workers which started together do not retire together.
std::uint64_t requests_to_answer(Plan const& plan) {
  if (plan.max_requests == 0 || plan.max_requests_jitter == 0) return plan.max_requests;
  std::random_device source;
  return plan.max_requests + std::uniform_int_distribution<std::uint64_t>(0, plan.max_requests_jitter)(source);
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

void call_from_elsewhere(Hooks const& hooks, std::initializer_list<char const*> names) {
  python::AcquireGil const gil;
  for (auto const* name : names) {
    (void)hooks.call(gil, name);
  }
}

Booted<std::unique_ptr<Equipment>> equip(Gil const& gil, Plan& plan, Birth& birth, Hooks const& hooks,
                                         python::Logger const* logger, logging::Log& log) {
  auto const failure = [](base::Error const& error) {
    return std::unexpected(BootFailure{kBootError, error.message()});
  };
  auto interruption = python::Interruption::create(gil);
  if (!interruption) return std::unexpected(from_exception(gil, interruption.error()));
  auto made = std::make_unique<Equipment>(Equipment{.files = {},
                                                    .core = nullptr,
                                                    .interruption = std::move(*interruption),
                                                    .pulse = nullptr,
                                                    .standby = nullptr,
                                                    .signals = nullptr,
                                                    .books = nullptr,
                                                    .refusals = nullptr});
  if (!plan.sendfile_root.empty()) {
    auto opened = http::FileRoot::open(plan.sendfile_root);
    if (!opened) return failure(opened.error());
    made->files = std::move(*opened);
  }

  if (auto const& certificates = plan.core.certificates) {
    auto watch = certificate_watch(certificates, birth.announce_retirement, log);
    birth.on_beat = both(birth.on_beat, every(std::chrono::seconds(2), std::move(watch)));
  }
  birth.on_beat = both(birth.on_beat, once_after(std::chrono::seconds(1), base::forget_program_pages));

  auto core = Core::create(std::move(birth.sockets), std::move(plan.core), log);
  if (!core) return failure(core.error());
  made->core = std::move(*core);
  auto& loop = *made->core;
  birth.on_beat = both(birth.on_beat, every(std::chrono::seconds(1), [&loop] { loop.tidy(); }));
  loop.share_by(birth.relay);
  loop.on_drained(birth.announce_drained);
  if (plan.asgi) made->pulse = std::make_unique<Pulse>(plan.heartbeat, [&loop] { loop.wake(); });
  Standby::Options options{
      .graceful_timeout = plan.graceful_timeout,
      .request_timeout = plan.request_timeout,
      .interruption = &made->interruption,
      .pulse = made->pulse.get(),
      .sibling_is_idle = birth.sibling_is_idle,
      .retire = birth.announce_retirement,
      .heartbeat = plan.heartbeat,
      .on_exit = [&hooks, &log](Standby::Exit exit) { tell_of_exit(hooks, exit, log); },
      .on_beat = birth.on_beat,
      .access_format = &plan.access_format,
      .access_logger = logger,
  };
  auto standby = Standby::create(loop, birth.slot, log, std::move(options));
  if (!standby) return failure(standby.error());
  made->standby = std::move(*standby);
  made->signals = &Signals::serve(loop.wake_descriptor(), made->standby->wake_descriptor());

  made->books =
      std::make_unique<Bookkeeping>(loop, log, birth.slot,
                                    Bookkeeping::Options{hooks.max_requests(gil).value_or(requests_to_answer(plan)),
                                                         plan.access_format, birth.statsd, logger},
                                    birth.announce_retirement);
  made->refusals = std::make_unique<AccessLog>(plan.access_format, log, nullptr, logger);
  if (made->refusals->is_enabled()) loop.log_access_to(made->refusals.get());
  return made;
}

}  // namespace worker
