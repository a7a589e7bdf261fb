#include "worker/service.h"

#include <format>
#include <utility>

#include "base/thread.h"
#include "python/interruption.h"
#include "python/signal_handlers.h"
#include "worker/standby.h"

namespace worker {
namespace {

// Requests that a client has sent together are served one after the other for so long, then it is others' turn.
constexpr base::Duration kTurn = std::chrono::milliseconds(1);

}  // namespace

Service::Service(Core& core, python::wsgi::Application& application, Signals& signals, logging::Log& log,
                 metrics::WorkerSlot& slot, Bookkeeping& books, Options options)
    : core_(core),
      application_(application),
      signals_(signals),
      log_(log),
      slot_(slot),
      books_(books),
      options_(std::move(options)) {
  for (unsigned i = 0; i < options_.lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>(log_));
    lanes_.back()->response().identify_as(options_.server);
    lanes_.back()->response().set_pace(core_.options().write);
    lanes_.back()->response().serve_files_from(options_.files);
  }
}

Service::~Service() = default;

base::Result<void> Service::start_threads(python::Gil const& gil, Standby& standby) {
  for (std::size_t i = 1; i < lanes_.size(); ++i) {
    auto thread = base::start_thread([this, i, &standby] {
      python::AcquireGil const attached;
      if (options_.prepare_thread) options_.prepare_thread(attached);
      run_lane(attached, *lanes_[i], standby);
    });
    if (!thread) {
      dismiss_threads(gil);
      return std::unexpected(thread.error().within(std::format("threads = {}, of which {} run", lanes_.size(), i)));
    }
    threads_.push_back(std::move(*thread));
  }
  return {};
}

void Service::dismiss_threads(python::Gil const& gil) {
  signals_.quick = true;
  join_threads(gil);
}

void Service::run(python::Gil const& gil, Standby& standby) {
  run_lane(gil, *lanes_.front(), standby);
  join_threads(gil);
}

void Service::join_threads(python::Gil const& gil) {
  python::ReleaseGil const released(gil);
  for (auto& thread : threads_) thread.join();
}

void Service::run_lane(python::Gil const& gil, Lane& lane, Standby& standby) {
  auto access_log = books_.access_log(lane.access_lines());
  lane.enter(python::Interruption::own_thread());
  http::Connection* going_on = nullptr;
  base::Instant turn_ends;
  while (auto* const connection = going_on ? going_on : next(gil, lane)) {
    auto const started = base::now();
    if (!going_on) turn_ends = started + kTurn;
    lane.begin(*connection, started);
    books_.count();
    standby.notice_request();
    lane.response().begin(connection->request());
    application_.handle(gil, *connection, lane.response(), access_log.notes());
    bool const is_ours = lane.end();
    if (is_ours)
      books_.tell(access_log, *connection, lane.response(), started);
    else
      python::Interruption::forget(gil);
    bool const persists = is_ours && lane.response().persists();
    going_on =
        core_.give_back(*connection, persists, {.begun = started, .ends = is_asked_to_go() ? started : turn_ends});
  }
  lane.leave();
}

// The next request, or null when it is time to go. The lock is given up only when there is something to wait for.
http::Connection* Service::next(python::Gil const& gil, Lane& lane) {
  for (;;) {
    if (signals_.python && is_main(lane)) run_handlers(gil);
    if (!is_asked_to_go() && !signals_.python && core_.baton().try_take()) {
      core_.look_in_between();
      auto* const ready = core_.take_ready();
      core_.baton().pass();
      if (ready) return ready;
    }
    python::ReleaseGil const released(gil);
    lane.access_lines().flush();
    if (auto const taken = is_main(lane) ? take_turn_of_main() : take_turn()) return *taken;
  }
}

// Whoever leads when a signal comes makes way for the main thread if that waits, and waits for it in turn. It hears of
// the signal by the ring; of one that came just before the main thread began to wait, by another.
std::optional<http::Connection*> Service::take_turn_of_main() {
  main_waits_ = true;
  if (signals_.python) core_.wake();
  core_.baton().take();
  main_waits_ = false;
  main_waits_.notify_all();
  auto const taken = lead(true);
  core_.baton().pass();
  return taken;
}

std::optional<http::Connection*> Service::take_turn() {
  if (signals_.python) main_waits_.wait(true);
  core_.baton().take();
  auto const taken = lead(false);
  core_.baton().pass();
  return taken;
}

std::optional<http::Connection*> Service::lead(bool is_main) {
  for (;;) {
    if (signals_.quick) return core_.send_held(), nullptr;
    if (signals_.python && (is_main || main_waits_)) return std::nullopt;
    if (signals_.reopen_logs.exchange(false)) books_.reopen_logs();
    if (signals_.graceful) core_.begin_drain(slot_.heir, slot_.sockets_end);
    if (auto* const ready = core_.take_ready()) return ready;
    if (core_.is_drained()) return nullptr;
    core_.run_once(std::nullopt, Core::Accepting::yes);
  }
}

void Service::run_handlers(python::Gil const& gil) {
  signals_.python = false;
  if (python::run_signal_handlers(gil, log_) == python::AfterHandlers::finish) Signals::finish();
}

}  // namespace worker
