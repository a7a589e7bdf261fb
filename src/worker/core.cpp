#include "worker/core.h"

#include <unistd.h>

#include <algorithm>

#include "base/sys.h"
#include "http/error_page.h"
#include "net/socket_address.h"

namespace worker {
namespace {

using http::Connection;
using Phase = Connection::Phase;
using Wait = Connection::Wait;

// What an event is about stands in the low bits of its pointer: all that is watched is aligned.
enum class Tag : std::uintptr_t { connection = 0, listener = 1, wake = 2, relay = 3 };
constexpr std::uintptr_t kTagBits = 3;

void* tagged(void const* pointer, Tag tag) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(pointer) | static_cast<std::uintptr_t>(tag));
}

http::Peer describe(sockaddr_storage const& address, socklen_t size, CoreOptions const& options) {
  net::SocketAddress const socket_address(address, size);
  http::Peer peer;
  peer.is_trusted = options.trusted_peers.contains(address);
  peer.may_announce = options.announcing_peers.contains(address);
  if (socket_address.is_unix()) return peer;
  peer.address = socket_address.host();
  peer.port = std::to_string(socket_address.port());
  return peer;
}

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
      sockets_(std::move(sockets)),
      options_(std::move(options)),
      log_(log),
      refusal_log_(log),
      baton_([this] { this->wake(); }),
      buffers_(options_.spool),
      deadlines_{net::DeadlineQueue(options_.keepalive), net::DeadlineQueue(options_.head),
                 net::DeadlineQueue(options_.content),   net::DeadlineQueue(options_.write),
                 net::DeadlineQueue(options_.linger),    net::DeadlineQueue(options_.handshake)},
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
  watch_listeners(accepting == Accepting::yes && !is_draining() && connections_.size() < options_.connections);
  collect_returned();
  dead_.clear();
  auto const events = epoll_.wait(wait_limit(limit, accepting));
  now_ = base::now();
  collect_returned();
  for (auto const& event : events) dispatch(event);
  for (auto* const connection : std::exchange(resume_, {})) {
    connection->is_to_resume = false;
    connection->resume();
    settle(*connection);
  }
  expire();
  dead_.clear();
}

std::optional<base::Duration> Core::wait_limit(std::optional<base::Duration> limit, Accepting accepting) const {
  bool const has_request = accepting == Accepting::yes && !ready_.empty();
  if (has_request || !resume_.empty() || is_drained()) return base::Duration::zero();
  if (auto const due = refusal_log_.due()) {
    auto const left = std::max(*due - now_, base::Duration::zero());
    limit = limit ? std::min(*limit, left) : left;
  }
  for (auto const& queue : deadlines_) {
    auto const next = queue.next();
    if (!next) continue;
    auto const left = std::max(*next - now_, base::Duration::zero());
    limit = limit ? std::min(*limit, left) : left;
  }
  return limit;
}

void Core::dispatch(epoll_event const& event) {
  auto const bits = reinterpret_cast<std::uintptr_t>(event.data.ptr);
  auto* const subject = reinterpret_cast<void*>(bits & ~kTagBits);
  switch (static_cast<Tag>(bits & kTagBits)) {
    case Tag::wake: {
      std::uint64_t count;
      (void)!::read(wake_.get(), &count, sizeof count);
      return;
    }
    case Tag::listener:
      return accept_from(*static_cast<ListeningSocket*>(subject), options_.accepts_per_turn);
    case Tag::relay:
      (void)take_relayed();
      return;
    case Tag::connection:
      break;
  }
  auto& connection = *static_cast<Connection*>(subject);
  bool const ended = event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  bool const readable = ended || event.events & EPOLLIN;
  bool const writable = event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR);
  if (connection.phase() == Phase::in_application) return connection.note_event(readable, writable, ended);
  if (connection.phase() == Phase::closed) return;
  connection.on_event(readable, writable, ended);
  settle(connection);
}

// Level-triggered and exclusive: of the workers that wait on a socket the kernel wakes one, and one that is busy with
// an application does not wait, so a connection goes to somebody who has time.
void Core::watch_listeners(bool watch) {
  if (watch == listening_) return;
  listening_ = watch;
  for (auto const& socket : sockets_) {
    if (watch)
      (void)epoll_.add(socket.descriptor, EPOLLIN | EPOLLEXCLUSIVE, tagged(&socket, Tag::listener));
    else
      epoll_.remove(socket.descriptor);
  }
  if (!relay_) return;
  if (watch)
    (void)epoll_.add(relay_->descriptor(), EPOLLIN | EPOLLEXCLUSIVE, tagged(nullptr, Tag::relay));
  else
    epoll_.remove(relay_->descriptor());
}

void Core::accept_from(ListeningSocket const& socket, int count) {
  for (; count > 0 && connections_.size() < options_.connections; --count) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto accepted = base::sys::accept(socket.descriptor, &address, &size);
    if (!accepted) return log_.error("{}", accepted.error().message());
    if (!*accepted) return;
    admit(std::move(**accepted), describe(address, size, options_), socket);
  }
}

void Core::admit(base::Fd socket, http::Peer peer, ListeningSocket const& listener) {
  std::unique_ptr<tls::Session> session;
  if (options_.certificates) {
    auto made = tls::Session::create(options_.certificates->current(), socket.get());
    if (!made) return log_.error("{}", made.error().message());
    session = std::move(*made);
  }
  auto* const admitted =
      watch(std::make_unique<Connection>(http::Transport(std::move(socket), std::move(session)), std::move(peer),
                                         listener.local, options_.limits, options_.policy, buffers_));
  if (!admitted) return;
  if (options_.proxy_protocol != http::ProxyProtocol::off) admitted->expect_announcement(options_.proxy_protocol);
  // The request is mostly there already; reading at once saves a turn of the loop.
  admitted->on_event(true, false);
  settle(*admitted);
}

// Null: it cannot be watched, and is closed.
Connection* Core::watch(std::unique_ptr<Connection> connection) {
  auto* const watched = connection.get();
  watched->index = connections_.size();
  watched->heed_persistence(&may_persist_);
  if (!epoll_.add(watched->socket(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, tagged(watched, Tag::connection)))
    return nullptr;
  connections_.push_back(std::move(connection));
  return watched;
}

// False: there is none.
bool Core::take_relayed() {
  auto arrival = relay_->take();
  if (!arrival) return false;
  auto* const arrived =
      watch(std::make_unique<Connection>(http::Transport(std::move(arrival->socket), nullptr), std::move(arrival->peer),
                                         local_end(arrival->local), options_.limits, options_.policy, buffers_));
  if (!arrived) return true;
  arrived->begin_with(arrival->received);
  settle(*arrived);
  return true;
}

http::LocalEnd const& Core::local_end(http::LocalEnd const& wanted) {
  auto const is_wanted = [&](http::LocalEnd const& end) { return end.text == wanted.text; };
  if (auto const found = std::ranges::find_if(sockets_, is_wanted, &ListeningSocket::local); found != sockets_.end())
    return found->local;
  if (auto const found = std::ranges::find_if(strange_ends_, is_wanted); found != strange_ends_.end()) return *found;
  return strange_ends_.emplace_back(wanted);
}

void Core::pass_on_ready() {
  if (!relay_ || is_draining()) return;
  std::erase_if(ready_, [&](Connection* connection) {
    if (!relay_->send(*connection)) return false;
    bury(*connection);
    return true;
  });
  dead_.clear();
}

http::Connection* Core::take_ready() {
  if (ready_.empty()) return nullptr;
  auto* const connection = ready_.front();
  ready_.pop_front();
  return connection;
}

void Core::give_back(Connection& connection, bool persists) {
  if (baton_.try_take()) {
    now_ = base::now();
    connection.finish(persists);
    settle(connection);
    dead_.clear();
    baton_.pass();
    return;
  }
  {
    std::lock_guard const lock(returned_mutex_);
    returned_.push_back({&connection, persists});
  }
  has_returned_.store(true, std::memory_order_release);
  wake();
}

void Core::collect_returned() {
  if (!has_returned_.exchange(false, std::memory_order_acquire)) return;
  std::vector<Returned> returned;
  {
    std::lock_guard const lock(returned_mutex_);
    returned.swap(returned_);
  }
  for (auto const& [connection, persists] : returned) {
    connection->finish(persists);
    settle(*connection);
  }
}

// Puts a connection where its phase says it belongs.
void Core::settle(Connection& connection, base::Duration waited) {
  log_handshake(connection);
  log_refusal(connection, waited);
  switch (connection.phase()) {
    case Phase::ready:
      connection.take();
      connection.deadline.drop();
      connection.deadline_kind = Wait::none;
      ready_.push_back(&connection);
      return;
    case Phase::closed:
      return bury(connection);
    case Phase::in_application:
      return;
    default:
      break;
  }
  if (closes_idle() && connection.waits_for() == Wait::request) return dismiss(connection);
  set_deadline(connection);
  if (connection.has_more() && !std::exchange(connection.is_to_resume, true)) resume_.push_back(&connection);
}

void Core::set_deadline(Connection& connection) {
  auto kind = connection.waits_for();
  // A client that has only connected so far may still be about to ask, but not for long any more.
  if (is_draining() && kind == Wait::head && !connection.has_begun()) kind = Wait::linger;
  if (kind == Wait::none) return;
  bool const counts_progress = kind == Wait::content || kind == Wait::write;
  bool const progress = connection.made_progress();
  if (kind == connection.deadline_kind && !(counts_progress && progress)) return;
  connection.deadline_kind = kind;
  queue(kind).set(connection.deadline, now_);
}

net::DeadlineQueue& Core::queue(Wait kind) {
  return deadlines_[static_cast<std::size_t>(kind) - 1];
}

// Ends a connection in between two requests.
void Core::dismiss(Connection& connection) {
  connection.say_goodbye();
  bury(connection);
}

void Core::bury(Connection& connection) {
  if (connection.index >= connections_.size() || connections_[connection.index].get() != &connection) return;
  // Closing alone does not end the watch when a child of the application has inherited the socket.
  epoll_.remove(connection.socket());
  connection.deadline.drop();
  if (std::exchange(connection.is_to_resume, false)) std::erase(resume_, &connection);
  auto const index = connection.index;
  connections_.back()->index = index;
  std::swap(connections_[index], connections_.back());
  connections_.back()->index = connections_.size();
  dead_.push_back(std::move(connections_.back()));
  connections_.pop_back();
}

void Core::expire() {
  refusal_log_.summarize(now_);
  for (auto& queue : deadlines_) {
    while (void* const subject = queue.take_expired(now_)) expired(*static_cast<Connection*>(subject));
  }
}

void Core::expired(Connection& connection) {
  auto const kind = std::exchange(connection.deadline_kind, Wait::none);
  if (kind == Wait::content) {
    connection.refuse({408, "The content of the request did not come in time"});
    settle(connection, options_.content);
  } else if (kind == Wait::head && connection.has_begun()) {
    connection.refuse({408, "The head of the request did not come in time"});
    settle(connection, options_.head);
  } else {
    // It may have sent something since the loop last looked.
    if (kind == Wait::request) connection.on_event(true, false);
    if (kind == Wait::handshake)
      log_.debug("TLS handshake with {} failed: not done after {:.0f} s", connection.peer().address,
                 std::chrono::duration<double>(options_.handshake).count());
    if (kind == Wait::head || connection.waits_for() == Wait::request) return dismiss(connection);
    if (kind != Wait::request) return bury(connection);
    settle(connection);
  }
}

void Core::begin_drain(Idle idle) {
  bool const was_draining = draining_.exchange(true);
  if (was_draining && idle == idle_while_draining_) return;
  idle_while_draining_ = idle;
  forbid_persistence();
  now_ = base::now();
  if (!was_draining) take_queued();
  for (std::size_t i = connections_.size(); i-- > 0;) {
    auto& connection = *connections_[i];
    if (connection.waits_for() != Wait::request)
      set_deadline(connection);
    else if (closes_idle())
      dismiss(connection);
  }
  dead_.clear();
}

// The kernel wakes others for what comes from here on. What it woke us for, nobody else would take.
void Core::take_queued() {
  watch_listeners(false);
  constexpr int everything = 1 << 16;
  for (auto const& socket : sockets_) {
    accept_from(socket, everything);
    if (socket.is_own) (void)base::sys::stop_listening(socket.descriptor);
  }
  if (!relay_ || idle_while_draining_ == Idle::keep) return;  // others take them
  while (take_relayed()) continue;
}

void Core::log_handshake(Connection& connection) {
  auto const failure = connection.take_handshake_failure();
  if (!failure.empty()) log_.debug("TLS handshake with {} failed: {}", connection.peer().address, failure);
}

void Core::log_refusal(Connection& connection, base::Duration waited) {
  auto const refusal = connection.take_refusal();
  if (!refusal) return;
  auto const client = connection.client(connection.refused_request());
  if (refusal->cause.empty())
    refusal_log_.note(client.address, refusal->detail, now_);
  else
    log_.error("{}: {}", refusal->detail, refusal->cause);
  if (!access_log_) return;
  bool const is_aborted =
      connection.phase() == Phase::closed && connection.output_status() == http::Outbox::Status::closed;
  access_log_->write(connection, connection.refused_request(),
                     {refusal->status, http::error_content(*refusal).size(), is_aborted}, waited);
}

}  // namespace worker
