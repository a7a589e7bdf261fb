#include "worker/standby.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <format>

#include "base/sys.h"
#include "http/error_page.h"
#include "python/raised.h"
#include "worker/access_log.h"

namespace worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kTick = 20ms;         // while requests are running
constexpr base::Duration kDozingAfter = 1s;    // while none has run for a while
constexpr base::Duration kPatience = 20ms;     // a request that takes longer leaves the loop to us
constexpr base::Duration kQuickGrace = 100ms;  // for lanes that are about to finish by themselves

// What every Python thread is doing. Works on a process that is stuck: takes no lock of the interpreter.
std::string stacks() {
  auto const file = base::sys::memfd("stacks");
  if (!file) return "(no stacks: " + file.error().message() + ")";
  python::dump_stacks(file->get());
  std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(file->get(), 0, SEEK_END), 0)), '\0');
  auto const count = ::pread(file->get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

End answer(http::Connection& connection, http::Refusal const& refusal) {
  auto const page = http::error_page(refusal);
  iovec const piece{const_cast<char*>(page.data()), page.size()};
  auto const sent = connection.send_last(piece);
  return {refusal.status, http::error_content(refusal).size(), sent.kind != base::sys::Transfer::Kind::done};
}

}  // namespace

base::Result<std::unique_ptr<Standby>> Standby::create(Core& core, metrics::WorkerSlot& slot, logging::Log& log,
                                                       Options options) {
  return std::unique_ptr<Standby>(new Standby(core, slot, log, std::move(options), TRY(base::sys::event_counter())));
}

Standby::Standby(Core& core, metrics::WorkerSlot& slot, logging::Log& log, Options options, base::Fd wake)
    : core_(core), slot_(slot), log_(log), options_(std::move(options)), wake_(std::move(wake)) {}

Standby::~Standby() {
  stop();
}

void Standby::start(Signals& signals, std::vector<std::unique_ptr<Lane>> const& lanes) {
  signals_ = &signals;
  lanes_ = &lanes;
  last_request_ = base::now();
  thread_ = std::thread([this] { run(); });
}

void Standby::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  ring();
  thread_.join();
}

void Standby::ring() {
  std::uint64_t const one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void Standby::wait(base::Duration limit) {
  pollfd waited{wake_.get(), POLLIN, 0};
  auto const milliseconds = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  if (::poll(&waited, 1, static_cast<int>(milliseconds)) <= 0) return;
  std::uint64_t count;
  (void)!::read(wake_.get(), &count, sizeof count);
}

void Standby::run() {
  while (!stopping_) {
    auto const now = base::now();
    publish(now);
    check_signals(now);
    if (all_lanes_are_away(now)) lead_meanwhile();
    bool const busy = now - last_request_ < kDozingAfter || graceful_since_ || quick_since_;
    dozing_ = !busy;
    wait(busy ? kTick : options_.heartbeat);
  }
}

// The oldest request in the application, for the arbiter's eye on `timeout`.
void Standby::publish(base::Instant now) {
  slot_.beat(now);
  if (options_.on_beat) options_.on_beat(now);
  slot_.dropped_log_lines.store(log_.dropped_lines(), std::memory_order_relaxed);
  Lane const* oldest = nullptr;
  for (auto const& lane : *lanes_) {
    if (lane->response().is_handed_over()) continue;  // a WebSocket may last
    if (lane->started() && (!oldest || lane->started() < oldest->started())) oldest = lane.get();
  }
  if (oldest) {
    last_request_ = now;
    slot_.begin_request(base::from_ticks(oldest->started()), oldest->line());
  } else if (slot_.request_started.load(std::memory_order_relaxed)) {
    slot_.end_request();
  }
}

bool Standby::all_lanes_are_away(base::Instant now) const {
  return std::ranges::all_of(*lanes_, [&](auto const& lane) {
    auto const started = lane->started();
    return started && now - base::from_ticks(started) > kPatience;
  });
}

// Until a lane wants the loop back. New connections are left to workers that have time for them.
void Standby::lead_meanwhile() {
  if (!core_.baton().try_take_standby()) return;
  while (!core_.baton().is_wanted() && !stopping_) {
    core_.run_once(kTick, Core::Accepting::no);
    auto const now = base::now();
    publish(now);
    check_signals(now);
  }
  core_.baton().pass_standby();
}

void Standby::check_signals(base::Instant now) {
  if (signals_->stuck) exit_stuck();
  if (signals_->quick) {
    if (!quick_since_) quick_since_ = now;
    if (now - *quick_since_ > kQuickGrace) exit_quickly();
  }
  if (signals_->graceful) {
    if (!graceful_since_) graceful_since_ = now;
    core_.forbid_persistence();  // also for requests that lanes are in at this moment
    if (now - *graceful_since_ <= options_.graceful_timeout) return;
    log_.warning("Worker graceful timeout (pid:{})", ::getpid());
    exit_quickly();
  }
}

// Takes a lane's request away and writes its access line, which nobody else will: the lane never comes back, and the
// arbiter knows no more of the request than its first line. `refusal` is the answer where none has begun.
void Standby::cut_off(Lane& lane, base::Instant now, std::optional<http::Refusal> const& refusal) {
  auto const started = base::from_ticks(lane.started());
  auto* const connection = lane.take_away();
  if (!connection) return;
  End end{0, 0, true};
  if (!connection->claim_answer())
    end.status = lane.response().status();  // how much of it is out the lane may be changing right now
  else if (refusal && !lane.response().is_handed_over())
    end = answer(*connection, *refusal);
  if (options_.access_format && log_.is_access_enabled())
    AccessLog(*options_.access_format, log_).write(*connection, connection->request(), end, now - started);
}

void Standby::exit_stuck() {
  auto const now = base::now();
  for (auto const& lane : *lanes_) {
    auto const started = lane->started();
    if (!started) continue;
    auto const seconds = std::chrono::duration<double>(now - base::from_ticks(started)).count();
    log_.error("Stuck for {:.1f} s on {}", seconds, lane->line());
  }
  log_.error("Python stacks of worker {}:\n{}", ::getpid(), stacks());
  for (auto const& lane : *lanes_) cut_off(*lane, now, http::Refusal{504, "The application did not answer in time"});
  // May wait for the interpreter lock without end; the arbiter's KILL is the limit.
  if (options_.on_stuck_exit) options_.on_stuck_exit();
  ::_exit(1);
}

void Standby::exit_quickly() {
  if (options_.on_quick_exit) options_.on_quick_exit();
  // Last, since a lane whose request was taken away keeps the interpreter lock.
  for (auto const& lane : *lanes_) cut_off(*lane, base::now(), std::nullopt);
  ::_exit(0);
}

}  // namespace worker
