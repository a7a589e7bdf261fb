#include "worker/standby.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <format>

#include "base/sys.h"
#include "base/thread.h"
#include "http/error_page.h"
#include "python/raised.h"
#include "worker/access_log.h"

namespace worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kTick = 8ms;           // while requests are running
constexpr base::Duration kDozingAfter = 1s;     // while none has run for a while
constexpr base::Duration kPatience = 8ms;       // a request that takes longer leaves the loop to us
constexpr base::Duration kQuickGrace = 100ms;   // for lanes that are about to finish by themselves
constexpr base::Duration kInterruptGrace = 2s;  // for lanes that were interrupted

http::Refusal const kTooLate{504, "The application did not answer in time"};

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
  auto const& request = connection.request();
  auto const page = http::error_page(refusal, request.text(request.method));
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

base::Result<void> Standby::start(Signals& signals, std::vector<std::unique_ptr<Lane>> const& lanes) {
  signals_ = &signals;
  for (auto const& lane : lanes) watches_.emplace_back(*lane);
  slot_.bounds_requests = bounds_requests();
  last_request_ = base::now();
  thread_ = TRY(base::start_thread([this] { run(); }));
  return {};
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
    send_held();
    look(now);
    if (all_lanes_are_away(now)) lead_meanwhile();
    bool const busy = now - last_request_ < kDozingAfter || graceful_since_ || quick_since_;
    // A lane that did not see us doze off has begun by then, and is seen.
    bool const is_certain = dozing_.exchange(!busy);
    wait(busy || !is_certain ? kTick : options_.heartbeat);
  }
}

// Where a lane leads it does so itself.
void Standby::send_held() {
  if (!core_.baton().try_take()) return;
  core_.send_held();
  core_.baton().pass();
}

void Standby::look(base::Instant now) {
  publish(now);
  if (bounds_requests()) bound_requests(now);
  check_signals(now);
}

// The request in the application that has given no sign for longest, for the arbiter's eye on `timeout`.
void Standby::publish(base::Instant now) {
  slot_.beat(now);
  if (options_.on_beat) options_.on_beat(now);
  if (slot_.end_is_near.load(std::memory_order_relaxed)) core_.forbid_persistence();
  slot_.dropped_log_lines.store(log_.dropped_lines(), std::memory_order_relaxed);
  Lane const* oldest = nullptr;
  base::Instant sign;
  bool is_full = true;
  for (auto& watch : watches_) {
    watch.lane().access_lines().flush();
    watch.lane().send_held();
    auto const own = watch.look(now);
    is_full = is_full && watch.lane().started() != 0;
    if (!own || (oldest && *own >= sign)) continue;
    oldest = &watch.lane();
    sign = *own;
  }
  slot_.is_full.store(is_full, std::memory_order_relaxed);
  if (auto const blocked = options_.pulse ? options_.pulse->look(now) : std::nullopt) {
    slot_.begin_request(*blocked, "(the event loop)");
  } else if (oldest) {
    last_request_ = now;
    slot_.begin_request(sign, oldest->line());
  } else if (slot_.request_started.load(std::memory_order_relaxed)) {
    slot_.end_request();
  }
}

bool Standby::all_lanes_are_away(base::Instant now) const {
  return std::ranges::all_of(watches_, [&](auto const& watch) {
    auto const started = watch.lane().started();
    return started && now - base::from_ticks(started) > kPatience;
  });
}

// Until a lane wants the loop back. New connections are left to workers that have time for them.
void Standby::lead_meanwhile() {
  if (!core_.baton().try_take_standby()) return;
  leads_ = true;
  while (!core_.baton().is_wanted() && !stopping_) {
    pass_on();
    core_.run_once(kTick, Core::Accepting::no);
    auto const now = base::now();
    look(now);
  }
  leads_ = false;
  core_.baton().pass_standby();
}

// A request that is complete does not wait here while a sibling idles.
void Standby::pass_on() {
  if (core_.has_ready() && options_.sibling_is_idle && options_.sibling_is_idle()) core_.pass_on_ready();
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
    if (is_deserted()) exit_deserted();
    if (now - *graceful_since_ <= options_.graceful_timeout) return;
    log_.warning("Worker graceful timeout (pid:{})", ::getpid());
    exit_quickly();
  }
}

bool Standby::is_deserted() const {
  auto const is_given_up = [](auto const& watch) { return watch.state() == LaneWatch::State::given_up; };
  return std::ranges::any_of(watches_, is_given_up) && std::ranges::all_of(watches_, [&](auto const& watch) {
           return is_given_up(watch) || watch.lane().has_left();
         });
}

void Standby::bound_requests(base::Instant now) {
  using State = LaneWatch::State;
  for (auto& watch : watches_) {
    auto const sign = watch.look(now);
    if (watch.state() == State::well) {
      if (sign && now - *sign > options_.request_timeout) interrupt(watch, now);
    } else if (watch.is_over()) {
      if (watch.state() == State::given_up) core_.expect_one();
      watch.enter(State::well, now);
    } else if (watch.state() == State::interrupted && now - watch.since() > kInterruptGrace) {
      give_up(watch, now);
    }
  }
}

void Standby::interrupt(LaneWatch& watch, base::Instant now) {
  auto& lane = watch.lane();
  log_.error("Request timeout (pid:{}): no output for {:.0f} s from {}; its thread is interrupted", ::getpid(),
             std::chrono::duration<double>(options_.request_timeout).count(), lane.line());
  watch.enter(LaneWatch::State::interrupted, now);
  cut_off(lane, now, kTooLate);
  watch.interrupted_by(options_.interruption->send(
      lane.thread(), [&lane, request = watch.request()] { return lane.started() == request; }));
}

void Standby::give_up(LaneWatch& watch, base::Instant now) {
  if (!watch.was_reached()) exit_stuck();  // all threads wait for the lock that one of them does not give back
  log_.error("The thread of {} cannot be interrupted: worker (pid:{}) goes when a successor serves\n{}",
             watch.lane().line(), ::getpid(), stacks());
  watch.enter(LaneWatch::State::given_up, now);
  core_.abandon_one();
  options_.retire();
}

// Takes a lane's request away and writes its access line, which nobody else will: the arbiter knows no more of the
// request than its first line. `refusal` is the answer where none has begun; one that has is cut short.
void Standby::cut_off(Lane& lane, base::Instant now, std::optional<http::Refusal> const& refusal) {
  auto const started = base::from_ticks(lane.started());
  auto const taken = lane.take_away();
  auto* const connection = taken.connection;
  if (!connection) return;
  End end{0, 0, true};
  bool const has_begun = !connection->claim_answer();
  connection->send_held();  // answers to requests before this one
  if (has_begun)
    end.status = lane.response().status();  // how much of it is out the lane may be changing right now
  else if (refusal && !lane.response().is_handed_over())
    end = answer(*connection, *refusal);
  (void)base::sys::shutdown_write(connection->socket());
  if (!options_.access_format) return;
  AccessLog access_log(*options_.access_format, log_, &lane.access_lines(), options_.access_logger);
  if (access_log.is_enabled()) access_log.write(*connection, connection->request(), end, now - started);
}

void Standby::exit_stuck() {
  // A logger in Python may never get the interpreter lock.
  log_.stop_diverting();
  options_.access_logger = nullptr;
  auto const now = base::now();
  for (auto& watch : watches_) {
    if (auto const sign = watch.look(now))
      log_.error("Stuck for {:.1f} s on {}", std::chrono::duration<double>(now - *sign).count(), watch.lane().line());
  }
  if (auto const blocked = options_.pulse ? options_.pulse->look(now) : std::nullopt)
    log_.error("The event loop has not turned for {:.1f} s", std::chrono::duration<double>(now - *blocked).count());
  log_.error("Python stacks of worker {}:\n{}", ::getpid(), stacks());
  // What nobody here has begun is begun by others, a successor perhaps.
  if (leads_ || core_.baton().try_take_standby()) core_.pass_on_ready();
  signals_->quick = true;  // a lane that comes back now takes no other request
  for (auto const& watch : watches_) cut_off(watch.lane(), now, kTooLate);
  flush_access_lines();
  // May wait for the interpreter lock without end; the arbiter's KILL is the limit.
  options_.on_exit(Exit::stuck);
  ::_exit(1);
}

void Standby::flush_access_lines() {
  for (auto const& watch : watches_) watch.lane().access_lines().flush();
}

void Standby::exit_deserted() {
  options_.on_exit(Exit::deserted);
  flush_access_lines();
  ::_exit(0);
}

void Standby::exit_quickly() {
  options_.on_exit(Exit::quick);
  for (auto const& watch : watches_) cut_off(watch.lane(), base::now(), std::nullopt);
  flush_access_lines();
  ::_exit(0);
}

}  // namespace worker
