#include "worker/core.h"

#include <unistd.h>

#include <algorithm>
#include <format>

#include "base/sys.h"
#include "worker/event_subject.h"

namespace worker {
namespace {

using http::Connection;
using Phase = Connection::Phase;
using Wait = Connection::Wait;
using Watch = Connection::Watch;

constexpr std::uint32_t kInput = EPOLLIN | EPOLLRDHUP | EPOLLET;

constexpr int kExpiredPerTurn = 64;  // then others have theirs
constexpr base::Duration kInBetween = std::chrono::milliseconds(1);
constexpr base::Duration kNeglected = std::chrono::milliseconds(20);
constexpr int kNeglectedPerLook = 64;
constexpr base::Duration kNoDescriptorPause = std::chrono::milliseconds(100);
constexpr base::Duration kComplaintPause = std::chrono::seconds(1);

}  // namespace

base::Result<std::unique_ptr<Core>> Core::create(std::vector<ListeningSocket> sockets, CoreOptions options,
                                                 logging::Log& log) {
  auto epoll = TRY(net::Epoll::create());
  auto wake = TRY(base::sys::event_counter());
  TRY_VOID(epoll.add(wake.get(), EPOLLIN, tagged(nullptr, Tag::wake)));
  return std::unique_ptr<Core>(
      new Core(std::move(epoll), std::move(wake), std::move(sockets), std::move(options), log));
}

Core::Core(net::Epoll epoll, base::Fd wake, std::vector<ListeningSocket> sockets, CoreOptions options,
           logging::Log& log)
    : epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      options_(std::move(options)),
      log_(log),
      refusal_log_(log),
      baton_([this] { this->wake(); }),
      buffers_(options_.spool, options_.buffers),
      entrance_(std::move(sockets), options_, buffers_, log_),
      roster_(options_),
      requests_(options_.queue, options_.queue_time, log_),
      batch_(options_.gathering),
      now_(base::now()),
      may_persist_(options_.keepalive > base::Duration::zero()) {}

void Core::wake() {
  std::uint64_t const one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void Core::abandon_one() {
  abandoned_.fetch_add(1, std::memory_order_relaxed);
  wake();
}

void Core::run_once(std::optional<base::Duration> limit, Accepting accepting) {
  collect_returned();
  roster_.bury_dead();
  entrance_.watch(epoll_, accepting == Accepting::yes && !is_draining() && may_accept());
  if (accepting == Accepting::yes && is_emptying_) empty_queues();
  auto const events = epoll_.wait(wait_limit(limit, accepting), options_.events_per_turn);
  now_ = base::now();
  if (accepting == Accepting::yes) look_again_ = now_ + kInBetween;
  collect_returned();
  for (auto const& event : events) dispatch(event);
  if (accepting == Accepting::no && options_.queue && now_ >= look_for_neglected_) accept_neglected();
  for (auto* const connection : std::exchange(resume_, {})) {
    connection->is_to_resume = false;
    connection->resume();
    settle(*connection);
  }
  expire();
  refuse_overdue();
  roster_.bury_dead();
}

std::optional<base::Duration> Core::wait_limit(std::optional<base::Duration> limit, Accepting accepting) const {
  bool const has_request = accepting == Accepting::yes && has_ready();
  bool const may_empty = accepting == Accepting::yes && is_emptying_ && may_accept();
  bool const would_accept = !is_draining() || is_emptying_;
  bool const waits_for_room = accepting == Accepting::yes && !entrance_.is_watched() && would_accept;
  bool const is_due = waits_for_room && !is_draining() && may_accept();
  if (has_request || may_empty || is_due || !resume_.empty() || is_drained()) return base::Duration::zero();
  auto const until_at_most = [&](std::optional<base::Instant> moment) {
    if (!moment) return;
    auto const left = std::max(*moment - now_, base::Duration::zero());
    limit = limit ? std::min(*limit, left) : left;
  };
  until_at_most(refusal_log_.due());
  until_at_most(roster_.next_deadline());
  until_at_most(requests_.next_overdue());
  if (waits_for_room) until_at_most(next_room());
  return limit;
}

void Core::dispatch(epoll_event const& event) {
  auto const subject = EventSubject::of(event.data.ptr);
  switch (subject.tag) {
    case Tag::wake: {
      std::uint64_t count;
      (void)!::read(wake_.get(), &count, sizeof count);
      return;
    }
    case Tag::listener:
      (void)accept_from(*static_cast<ListeningSocket*>(subject.pointer), options_.accepts_per_turn);
      return;
    case Tag::relay:
      (void)take_relayed();
      return;
    case Tag::connection:
      break;
  }
  auto& connection = *static_cast<Connection*>(subject.pointer);
  bool const ended = event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  bool const readable = ended || event.events & EPOLLIN;
  bool const writable = event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR);
  if (connection.phase() == Phase::in_application) {
    connection.note_event(readable, writable, ended);
    if (tell_application_) follow(connection, readable, writable, ended);
    return;
  }
  if (connection.phase() == Phase::closed) return;
  connection.on_event(readable, writable, ended);
  settle(connection);
}

// Of an application that goes on while the loop does.
void Core::follow(Connection& connection, bool readable, bool writable, bool ended) {
  if (readable) tell_application_(connection, News::input);
  if (writable && connection.deadline_kind == Wait::write) {
    auto const status = connection.send_pending();
    if (status != http::Outbox::Status::pending) roster_.end_wait(connection);
    if (status == http::Outbox::Status::sent) tell_application_(connection, News::room);
    ended |= status == http::Outbox::Status::closed;
  }
  if (ended) tell_application_(connection, News::gone);
}

void Core::attend(Connection& connection) {
  if (!watch(connection, Watch::input)) tell_application_(connection, News::gone);
}

void Core::await_room(Connection& connection) {
  now_ = base::now();
  roster_.wait_for(connection, Wait::write, now_);
  if (!watch(connection, Watch::room)) tell_application_(connection, News::gone);
}

// False: nothing waits on it any more.
bool Core::accept_from(ListeningSocket const& socket, int count) {
  for (; count > 0 && (roster_.has_room() || can_make_room()); --count) {
    auto accepted = entrance_.accept(socket);
    if (!accepted) return cannot_accept(accepted.error()), true;
    if (!*accepted) return false;
    if (!roster_.has_room()) make_room();
    auto& admitted = keep(std::move(*accepted));
    // The request is mostly there already; reading at once saves a turn of the loop.
    admitted.on_event(true, false);
    settle(admitted);
  }
  return true;
}

// Whoever keeps a connection without a request costs the next client its place, and is the one to lose it: first who
// has been served and asks for nothing, for longest; then who takes longer to ask than honest clients do.
bool Core::can_make_room() const {
  return roster_.idlest() || roster_.overdue(now_);
}

bool Core::make_room() {
  while (auto* const idle = roster_.idlest()) {
    if (retire_idle(*idle)) return true;
  }
  while (auto* const slowest = roster_.overdue(now_)) {
    if (slowest->waits_for() != Wait::opening) return retire_slow(*slowest), true;
    if (retire_idle(*slowest)) return true;
  }
  return false;
}

// Ends a connection, unless it has asked for something since the loop last looked.
bool Core::retire_idle(Connection& idle) {
  auto const kind = idle.waits_for();
  idle.on_event(true, false);
  bool const is_idle = idle.waits_for() == kind;
  is_idle ? dismiss(idle) : settle(idle);
  return is_idle;
}

void Core::retire_slow(Connection& slowest) {
  if (slowest.waits_for() == Wait::head) {
    auto const waited = now_ - slowest.deadline.since();
    slowest.refuse({408, std::format("The head of the request did not come in time, and others wait "
                                     "(worker_connections is {})",
                                     options_.connections)});
    refusal_log_.tell(slowest, waited, now_);
  }
  bury(slowest);
}

bool Core::may_accept() const {
  return now_ >= accept_again_ && (roster_.has_room() || can_make_room());
}

// When a worker that accepts nobody may do so again by the passing of time alone.
std::optional<base::Instant> Core::next_room() const {
  return now_ < accept_again_ ? accept_again_ : roster_.next_overdue();
}

// No descriptor, or no memory in the kernel. What waits keeps waiting in the backlog; who is idle gives up his place.
void Core::cannot_accept(base::Error const& error) {
  if (!make_room()) accept_again_ = now_ + kNoDescriptorPause;
  if (now_ < complain_again_) return;
  complain_again_ = now_ + kComplaintPause;
  log_.error(
      "{} with {} connections open; idle ones are closed to go on (raise the limit of open files, ulimit -n or "
      "LimitNOFILE, or lower worker_connections)",
      error.message(), roster_.size());
}

// What has been in the backlog for a while, although a worker with time takes it at once: nobody else will.
void Core::accept_neglected() {
  if (is_draining() || !may_accept()) return;
  look_for_neglected_ = now_ + kNeglected;
  for (auto const& socket : entrance_.sockets()) (void)accept_from(socket, kNeglectedPerLook);
}

void Core::look_in_between() {
  if (has_ready() && now_ >= look_again_) run_once(base::Duration::zero(), Accepting::yes);
}

Connection& Core::keep(std::unique_ptr<Connection> connection) {
  connection->heed_persistence(&may_persist_);
  return roster_.add(std::move(connection));
}

// Who is answered and closed at once is never watched: two system calls less. Only who has something to send is told of
// room: a unix socket tells of it whenever the other end has read something. False: it cannot be watched.
bool Core::watch(Connection& connection, Watch wanted) {
  auto const before = connection.watch;
  if (before >= wanted) return true;
  connection.watch = wanted;
  auto const events = kInput | (wanted == Watch::room ? EPOLLOUT : 0);
  auto* const subject = tagged(&connection, Tag::connection);
  auto const watched = before == Watch::none ? epoll_.add(connection.socket(), events, subject)
                                             : epoll_.change(connection.socket(), events, subject);
  if (!watched) cannot_accept(watched.error());
  return watched.has_value();
}

// False: there is none.
bool Core::take_relayed() {
  auto relayed = entrance_.take_relayed();
  if (!relayed) return false;
  settle(keep(std::move(relayed)));
  return true;
}

void Core::pass_on_ready() {
  if (is_draining() || !entrance_.is_shared()) return;
  requests_.remove_if([&](Connection& connection) {
    if (!entrance_.relay(connection)) return false;
    bury(connection);
    return true;
  });
  roster_.bury_dead();
}

http::Connection* Core::take_ready() {
  if (requests_.next_overdue()) {
    now_ = base::now();
    refuse_overdue();
  }
  auto* const taken = requests_.take();
  if (taken)
    taken->hold_end(batch_.is_worthwhile() && has_ready());
  else
    send_held();
  return taken;
}

void Core::enqueue(Connection& connection) {
  if (!requests_.add(connection, now_)) return settle(connection);
  connection.take();
  roster_.end_wait(connection);
}

void Core::refuse_overdue() {
  while (auto* const overdue = requests_.refuse_overdue(now_)) settle(*overdue, requests_.patience());
}

Connection* Core::give_back(Connection& connection, bool persists, Turn turn) {
  if (baton_.try_take()) {
    auto* const goes_on = take_back({&connection, persists}, turn);
    baton_.pass();
    return goes_on;
  }
  connection.send_held();  // whoever leads may be a while
  returned_.put({&connection, persists});
  wake();
  return nullptr;
}

// The connection, where its next request has come and is to be answered at once.
Connection* Core::take_back(Answer answer, Turn turn) {
  now_ = base::now();
  batch_.learn(now_ - turn.begun);
  auto& connection = *answer.connection;
  if (connection.waits_for_others() && has_ready() && batch_.add(answer, now_)) return nullptr;
  send_held();
  bool const may_go_on = now_ < turn.ends;
  if (connection.finish(answer.persists, may_go_on) == Phase::ready && may_go_on) {
    connection.take();
    return &connection;
  }
  settle(connection);
  roster_.bury_dead();
  return nullptr;
}

void Core::send_held() {
  finish(batch_.answers());
  batch_.clear();
}

void Core::finish(std::span<Answer const> answers) {
  for (auto const& [connection, persists] : answers) {
    connection->finish(persists);
    settle(*connection);
  }
}

// Puts a connection where its phase says it belongs.
void Core::settle(Connection& connection, base::Duration waited) {
  if (connection.has_failure()) refusal_log_.tell(connection, waited, now_);
  switch (connection.phase()) {
    case Phase::ready:
      return enqueue(connection);
    case Phase::closed:
      return bury(connection);
    case Phase::in_application:
      return;
    default:
      break;
  }
  if (closes_idle() && connection.waits_for() == Wait::request) return dismiss(connection);
  bool const may_send = connection.phase() == Phase::draining || connection.phase() == Phase::handshaking;
  if (!watch(connection, may_send ? Watch::room : Watch::input)) return bury(connection);
  set_deadline(connection);
  if (connection.has_more() && !std::exchange(connection.is_to_resume, true)) resume_.push_back(&connection);
}

void Core::set_deadline(Connection& connection) {
  auto kind = connection.waits_for();
  // A client that has only connected so far may still be about to ask, but not for long any more.
  if (is_draining() && kind == Wait::opening) kind = Wait::linger;
  roster_.wait_for(connection, kind, now_);
}

// Ends a connection in between two requests.
void Core::dismiss(Connection& connection) {
  connection.say_goodbye();
  bury(connection);
}

void Core::bury(Connection& connection) {
  if (!roster_.remove(connection)) return;
  connection.abandon();
  // Closing alone does not end the watch when a child of the application has inherited the socket.
  if (connection.watch != Watch::none) epoll_.remove(connection.socket());
  if (std::exchange(connection.is_to_resume, false)) std::erase(resume_, &connection);
}

void Core::expire() {
  refusal_log_.summarize(now_);
  for (auto const kind : Roster::kWaits) {
    for (int count = 0; count < kExpiredPerTurn; ++count) {
      auto* const late = roster_.take_expired(kind, now_);
      if (!late) break;
      expired(*late, kind);
    }
  }
}

void Core::expired(Connection& connection, Wait kind) {
  auto const seconds = [](base::Duration span) { return std::chrono::duration<double>(span).count(); };
  switch (kind) {
    case Wait::head:
      connection.refuse({408, std::format("The head of the request did not come in time (header_timeout is {} s)",
                                          seconds(options_.head))});
      return settle(connection, options_.head);
    case Wait::content:
      if (roster_.keeps_pace(connection, kind, options_.content, now_)) return;
      connection.refuse(http::content_is_late(options_.content));
      return settle(connection, options_.content.span);
    case Wait::write:
      if (roster_.keeps_pace(connection, kind, options_.write, now_)) return;
      log_.info("{}", connection.describe_stall(options_.write));
      if (connection.phase() != Phase::in_application) return bury(connection);
      connection.cut_off();
      return tell_application_(connection, News::gone);
    case Wait::request:
    case Wait::opening:
      // It may have sent something since the loop last looked.
      connection.on_event(true, false);
      return connection.waits_for() == kind ? dismiss(connection) : settle(connection);
    case Wait::handshake:
      log_.debug("TLS handshake with {} failed: not done after {} s", connection.peer().address,
                 seconds(options_.handshake));
      return bury(connection);
    default:
      return bury(connection);
  }
}

void Core::begin_drain(metrics::Heir heir, bool sockets_end) {
  bool const was_draining = draining_.exchange(true);
  if (was_draining && heir == heir_) return;
  heir_ = heir;
  forbid_persistence();
  now_ = base::now();
  if (!was_draining) take_queued(sockets_end);
  while (heir_ != metrics::Heir::siblings && take_relayed()) continue;
  for (std::size_t i = roster_.size(); i-- > 0;) {
    auto& connection = roster_[i];
    if (connection.waits_for() != Wait::request)
      set_deadline(connection);
    else if (closes_idle())
      dismiss(connection);
  }
  roster_.bury_dead();
}

// The kernel wakes others for what comes from here on. What it woke us for, one on each socket, nobody else would take.
void Core::take_queued(bool sockets_end) {
  entrance_.watch(epoll_, false);
  is_emptying_ = heir_ == metrics::Heir::nobody;
  if (is_emptying_) return entrance_.stop_queueing();
  constexpr int everything = 1 << 16;
  bool const siblings_take_it = heir_ == metrics::Heir::siblings && !sockets_end;
  for (auto const& socket : entrance_.sockets())
    (void)accept_from(socket, siblings_take_it && !socket.is_own ? 1 : everything);
  close_entrance();
}

// All workers go and each takes what it has time and room for, until it finds nothing.
void Core::empty_queues() {
  int const count = std::max(2, options_.accepts_per_turn);
  bool is_left = false;
  for (auto const& socket : entrance_.sockets()) is_left = accept_from(socket, count) || is_left;
  if (is_left) return;
  is_emptying_ = false;
  close_entrance();
}

void Core::close_entrance() {
  entrance_.close();
  if (on_drained_) on_drained_();
}

}  // namespace worker
