#include "http/connection.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <format>

#include "http/error_page.h"
#include "log/escape.h"

namespace http {
namespace {

using Kind = base::sys::Transfer::Kind;

constexpr int kReceivesPerTurn = 16;            // then other connections have theirs
constexpr std::size_t kHeld = 16 * 1024;        // bytes of answers that are sent together, at most
constexpr std::size_t kTogether = 64 * 1024;    // the same, of pieces of one answer
constexpr std::size_t kSmallPiece = 24 * 1024;  // larger ones are worth a system call

}  // namespace

Connection::Connection(Transport transport, Peer peer, LocalEnd const& local, Limits const& limits,
                       Policy const& policy, BufferPool& pool)
    : transport_(std::move(transport)),
      peer_(std::move(peer)),
      local_(local),
      proxies_(policy.proxies),
      reader_(limits, policy, pool, peer_.is_trusted),
      outbox_(pool),
      phase_(transport_.tls() ? Phase::handshaking : Phase::reading) {
  if (peer_.announcement) heed_announcement();
}

// Of further proxies only who is known may speak: neither the one who announced a stranger, nor the stranger.
void Connection::heed_announcement() {
  peer_.address = peer_.announcement->client_address;
  peer_.port = peer_.announcement->client_port;
  auto const address = net::IpAddress::parse(peer_.address);
  reader_.believe_addresses(address ? proxies_.names(*address) : peer_.is_trusted);
}

Connection::Wait Connection::waits_for() const {
  switch (phase_) {
    case Phase::announcing:
      return Wait::head;
    case Phase::handshaking:
      return Wait::handshake;
    case Phase::reading:
      if (reader_.is_idle()) return served_before_ ? Wait::request : Wait::opening;
      return reader_.head_is_complete() ? Wait::content : Wait::head;
    case Phase::draining:
      return Wait::write;
    case Phase::lingering:
      return Wait::linger;
    default:
      return Wait::none;
  }
}

Connection::Phase Connection::on_event(bool readable, bool writable, bool ended) {
  readable_ |= readable;
  ended_ |= ended;
  if (phase_ == Phase::announcing) return announce();
  if (phase_ == Phase::handshaking) return handshake();
  if (phase_ == Phase::draining && writable) return write();
  if (phase_ == Phase::lingering && readable) return linger();
  return phase_ == Phase::reading && readable ? read() : phase_;
}

void Connection::note_event(bool readable, bool, bool ended) {
  if (ended) noted_ended_.store(true, std::memory_order_relaxed);
  if (readable) noted_readable_.store(true, std::memory_order_release);
}

Connection::Phase Connection::resume() {
  if (phase_ == Phase::lingering) return linger();
  return phase_ == Phase::reading ? read() : phase_;
}

// Looks before it takes, so that nothing is taken that is for others to read, TLS for one.
Connection::Phase Connection::announce() {
  std::array<char, kLargestProxyHeader> room;
  auto const seen = base::sys::peek(socket(), room);
  if (seen.kind == Kind::closed) return close();
  if (seen.kind == Kind::again) return phase_;
  auto header = read_proxy_header({room.data(), seen.bytes}, expected_announcement_);
  switch (header.kind) {
    case ProxyHeader::Kind::incomplete:
      return ended_ ? close() : phase_;
    case ProxyHeader::Kind::absent:
      return begin();
    case ProxyHeader::Kind::invalid:
      return refuse({400, "Invalid PROXY header: " + header.reason});
    case ProxyHeader::Kind::present:
      break;
  }
  if (!peer_.may_announce)
    return refuse({403, "Request forbidden: proxy_allow_ips does not name the sender of a PROXY header"});
  (void)base::sys::receive(socket(), std::span(room).first(header.size));
  if (header.announcement) {
    peer_.announcement = std::make_shared<Announcement const>(std::move(*header.announcement));
    heed_announcement();
  }
  return begin();
}

Connection::Phase Connection::begin() {
  readable_ = true;
  phase_ = transport_.tls() ? Phase::handshaking : Phase::reading;
  return transport_.tls() ? handshake() : read();
}

Connection::Phase Connection::handshake() {
  using enum tls::Session::Handshake;
  switch (transport_.tls()->handshake()) {
    case pending:
      return phase_;
    case done:
      phase_ = Phase::reading;
      readable_ = true;
      return read();
    case not_tls:
      transport_.give_up_tls();
      readable_ = true;  // the rest of what it says
      return refuse({400, "The plain HTTP request was sent to HTTPS port"});
    case failed:
      handshake_failure_ = transport_.tls()->failure();
      break;
    case gone:
      return close();
  }
  return half_close();  // the alert that tells the client why may still be on its way
}

Connection::Phase Connection::read() {
  for (int turn = 0; turn < kReceivesPerTurn && readable_; ++turn) {
    auto const most = transport_.tls() ? 0 : reader_.may_pipe();
    if ((most ? pipe_content(most) : receive()) != Phase::reading) return phase_;
  }
  if (!readable_) reader_.rest();
  return phase_;
}

Connection::Phase Connection::receive() {
  auto const space = reader_.space();
  if (!space) return refuse(reader_.head_is_complete() ? cannot_store(space.error()) : cannot_hold(space.error()));
  auto const received = transport_.receive(*space);
  if (received.kind == Kind::closed) return close();
  if (received.is_last && (received.kind == Kind::again || !ended_)) readable_ = false;
  if (received.kind == Kind::again) return phase_;
  received_ += static_cast<std::int64_t>(received.bytes);
  return after_progress(reader_.received(received.bytes));
}

Connection::Phase Connection::pipe_content(std::uint64_t most) {
  auto const moved = reader_.piped().move(socket(), most);
  if (moved.kind == Kind::closed) return close();
  if (moved.kind == Kind::again) {
    readable_ = reader_.piped().is_full();  // then the rest is received
    return phase_;
  }
  received_ += static_cast<std::int64_t>(moved.bytes);
  return after_progress(reader_.has_piped(moved.bytes));
}

Connection::Phase Connection::begin_with(std::string_view received) {
  return after_progress(reader_.begin_with(received));
}

Connection::Phase Connection::after_progress(RequestReader::Progress progress) {
  if (progress == RequestReader::Progress::refused) return refuse(reader_.refusal());
  if (progress == RequestReader::Progress::complete) return phase_ = Phase::ready;
  if (progress == RequestReader::Progress::taking) {
    auto const begun = reader_.begin_taking();
    stretch_ = Stretch(received_);
    return begun ? phase_ = Phase::ready : refuse(cannot_hold(begun.error()));
  }
  offer_continue();
  return phase_;
}

std::optional<std::size_t> Connection::take_content(std::span<char> into, Pace const& pace) {
  while (!content_failure_) {
    if (auto const taken = reader_.take(into)) return taken;
    if (reader_.is_complete()) return 0;
    auto const space = reader_.space(into);
    auto const received = receive_content(space);
    if (received.kind == Kind::again) {
      wait_for_content(pace, received.is_last);
    } else if (received.kind == Kind::closed) {
      broken_ = true;
      content_failure_ = {400, "The client left before all of the content had come"};
    } else {
      received_ += static_cast<std::int64_t>(received.bytes);
      if (reader_.received(received.bytes) == RequestReader::Progress::refused) content_failure_ = reader_.refusal();
      if (space.data() == into.data()) return received.bytes;
    }
  }
  return std::nullopt;
}

Transport::Received Connection::receive_content(std::span<char> space) {
  SessionUse const alone(*this);
  let_go();  // the client may wait for it
  offer_continue();
  auto const received = transport_.receive(space);
  hold_pending();
  return received;
}

// What the application does in between is not the client's time.
void Connection::wait_for_content(Pace const& pace, bool has_nothing) {
  if (auto const waited = has_nothing ? stretch_.wait(socket(), POLLIN, pace) : base::Result<void>(); !waited)
    content_failure_ = cannot_hold(waited.error());
  else if (stretch_.is_over(pace) && !stretch_.end(received_, pace))
    content_failure_ = content_is_late(pace);
}

// RFC 9110 section 10.1.1. The client goes on by itself if this gets lost, so it is sent once and not queued for.
void Connection::offer_continue() {
  if (continue_offered_ || !reader_.awaits_continue() || answered_.load(std::memory_order_relaxed)) return;
  continue_offered_ = true;
  constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  iovec piece{const_cast<char*>(interim.data()), interim.size()};
  outbox_.write(transport_, {&piece, 1});
}

Connection::Phase Connection::refuse(Refusal refusal) {
  if (phase_ == Phase::announcing) transport_.give_up_tls();  // there has been no handshake to speak TLS after
  auto const& request = reader_.request_so_far();
  auto const page = error_page(refusal, request.text(request.method));
  refusal_ = std::move(refusal);
  is_refused_ = true;
  persists_ = false;
  if (phase_ == Phase::announcing && transport_.tls()) return close();  // it would not understand us
  iovec piece{const_cast<char*>(page.data()), page.size()};
  switch (outbox_.write(transport_, {&piece, 1})) {
    case Outbox::Status::closed:
      return close();
    case Outbox::Status::pending:
      return phase_ = Phase::draining;
    case Outbox::Status::sent:
      return begin_linger();
  }
  return close();
}

Connection::Phase Connection::finish(bool persists, bool goes_on) {
  if (noted_readable_.exchange(false, std::memory_order_acquire)) readable_ = true;
  ended_ |= noted_ended_.load(std::memory_order_relaxed);
  persists_ = persists;
  if (broken_) return close();
  if (is_holding()) {
    if (end_is_held_ && goes_on && persists_) {
      ahead_ = reader_.next();
      if (ahead_ == RequestReader::Progress::complete) return begin_next(*std::exchange(ahead_, std::nullopt));
    }
    stop_holding();
  }
  phase_ = Phase::draining;
  return write();
}

// Sends what is kept, then begins the next message or ends the connection.
Connection::Phase Connection::write() {
  auto const status = outbox_.flush(transport_);
  if (status == Outbox::Status::closed) return close();
  if (status == Outbox::Status::pending) return phase_ = Phase::draining;
  if (!persists_) return begin_linger();
  auto const begun = std::exchange(ahead_, std::nullopt);
  if (begin_next(begun ? *begun : reader_.next()) != Phase::reading) return phase_;
  return read();
}

Connection::Phase Connection::begin_next(RequestReader::Progress progress) {
  phase_ = Phase::reading;
  served_before_ = true;
  continue_offered_ = false;
  answered_.store(false, std::memory_order_relaxed);
  return after_progress(progress);
}

// Whether the client has sent more than was taken. What came a moment ago, no event has told of yet.
bool Connection::has_unread() const {
  return readable_ || base::sys::unread(socket()) > 0;
}

// RFC 9112 section 9.6: closing with unread input resets the connection and can eat the answer on its way. Where input
// may be unread we send our end and wait, briefly, for the client's.
Connection::Phase Connection::begin_linger() {
  if (reader_.is_complete() && !is_refused_ && !has_unread()) {
    transport_.say_goodbye();
    return close();
  }
  return half_close();
}

Connection::Phase Connection::half_close() {
  transport_.shutdown_write();
  phase_ = Phase::lingering;
  return linger();
}

// For as long as the deadline for it lets us, whatever comes: a client that is still sending its body reads late.
Connection::Phase Connection::linger() {
  for (int turn = 0; turn < kReceivesPerTurn; ++turn) {
    auto const kind = transport_.discard().kind;
    if (kind == Kind::closed) return close();
    readable_ = kind != Kind::again;
    if (!readable_) break;
  }
  return phase_;
}

Connection::Phase Connection::close() {
  broken_ = true;
  return phase_ = Phase::closed;
}

Connection::Client Connection::client(Request const& request) const {
  if (request.client_address.size) return {request.text(request.client_address), request.text(request.client_port)};
  return {peer_.address, peer_.port};
}

Outbox::Status Connection::send_end(std::string_view piece) {
  bool const has_held = holds_answers();
  if (is_holding()) stop_holding();
  bool const can_wait = (holds_end_ || reader_.has_more()) && !broken_ && (has_held || outbox_.is_empty());
  iovec whole{const_cast<char*>(piece.data()), piece.size()};
  if (!can_wait || outbox_.buffered() + piece.size() > kHeld) return send({&whole, 1});
  outbox_.hold({&whole, 1});
  end_is_held_ = true;
  hold();
  return Outbox::Status::sent;
}

Outbox::Status Connection::send_soon(std::span<iovec> pieces) {
  auto const size = base::sys::size_of(pieces);
  if (broken_ || size > kSmallPiece) return send(pieces);
  if (is_holding()) stop_holding();
  bool const has_room = outbox_.buffered() + size <= kTogether;
  auto const status = has_room ? Outbox::Status::sent : outbox_.flush(transport_);
  broken_ = status == Outbox::Status::closed;
  if (!broken_) outbox_.hold(pieces, kTogether);
  if (status == Outbox::Status::sent) hold();
  return status;
}

void Connection::hold_pending() {
  if (!is_holding() && output_status() == Outbox::Status::pending) hold();
}

Connection::SessionUse::SessionUse(Connection& connection) : flag_(connection.session_is_in_use_) {
  while (flag_.exchange(true, std::memory_order_acquire)) sched_yield();
}

void Connection::hold() {
  holding_.store(Holding::yes, std::memory_order_release);
}

// The outbox is its owner's again.
void Connection::stop_holding() {
  for (;;) {
    auto expected = Holding::yes;
    if (!is_holding() || holding_.compare_exchange_strong(expected, Holding::no, std::memory_order_acquire)) break;
    sched_yield();  // others send without waiting for anybody
  }
  end_is_held_ = false;
}

void Connection::send_held() {
  auto expected = Holding::yes;
  if (!holding_.compare_exchange_strong(expected, Holding::by_others, std::memory_order_acquire)) return;
  bool const is_pending = outbox_.flush(transport_) == Outbox::Status::pending;
  // That the client is gone the owner finds out.
  holding_.store(is_pending ? Holding::yes : Holding::no, std::memory_order_release);
}

void Connection::let_go() {
  if (!is_holding()) return;
  stop_holding();
  (void)outbox_.flush(transport_);
}

Outbox::Status Connection::send_pending() {
  if (is_holding()) stop_holding();
  if (!broken_) broken_ = outbox_.flush(transport_) == Outbox::Status::closed;
  return output_status();
}

Outbox::Status Connection::send(std::span<iovec> pieces) {
  if (is_holding()) stop_holding();
  if (broken_) return Outbox::Status::closed;
  auto const status = outbox_.write(transport_, pieces);
  broken_ = status == Outbox::Status::closed;
  return status;
}

Outbox::Status Connection::send_file(int file, off_t offset, std::size_t count) {
  if (is_holding()) stop_holding();
  if (broken_) return Outbox::Status::closed;
  auto const status = outbox_.send_file(transport_, file, offset, count);
  broken_ = status == Outbox::Status::closed;
  return status;
}

base::sys::Transfer Connection::send_last(iovec const& piece) {
  SessionUse const alone(*this);
  auto const sent = transport_.send({&piece, 1});
  transport_.say_goodbye();
  return sent;
}

Outbox::Status Connection::output_status() const {
  if (broken_) return Outbox::Status::closed;
  if (is_holding()) return Outbox::Status::sent;
  return outbox_.is_empty() && !transport_.has_unsent() ? Outbox::Status::sent : Outbox::Status::pending;
}

// The kernel holds much of what it has taken from us, and says that it takes more only when a good part of that is
// gone: what counts is what has arrived.
std::int64_t Connection::taken() const {
  return static_cast<std::int64_t>(outbox_.sent()) - static_cast<std::int64_t>(base::sys::untaken(socket()));
}

Outbox::Status Connection::drain_to(std::size_t level, Pace const& pace) {
  Stretch stretch(taken());
  while (!broken_ && outbox_.buffered() >= level) {
    auto const waited = stretch.wait(socket(), POLLOUT, pace);
    if (stretch.is_over(pace)) has_stalled_ = !stretch.end(taken(), pace);
    broken_ = !waited || has_stalled_ || outbox_.flush(transport_) == Outbox::Status::closed;
  }
  return output_status();
}

Transport::Received Connection::receive_behind(std::span<char> into) {
  if (auto const count = reader_.take_behind(into)) return {Kind::done, count, false};
  auto const received = transport_.receive(into);
  if (received.kind == Kind::done) received_ += static_cast<std::int64_t>(received.bytes);
  return received;
}

std::string Connection::describe_stall(Pace const& pace) const {
  return std::format("Client {} takes its answer too slowly (write_timeout is {} s, min_rate {} bytes/s): {}",
                     client(request()).address, std::chrono::duration<double>(pace.span).count(), pace.rate,
                     logging::escaped(request().text(request().target)));
}

}  // namespace http
