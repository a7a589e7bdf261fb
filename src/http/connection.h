// One accepted connection: bytes in, complete requests out, answers back. Knows no event loop: it is told when its
// socket may have become readable or writable, and says what it waits for.
//
// Between take() and release() the thread that runs the application owns the connection and may send on it; at all
// other times the loop does. note_event() alone may be called from the loop while the application has it.
#pragma once

#include <atomic>
#include <memory>
#include <span>

#include "base/fd.h"
#include "http/outbox.h"
#include "http/pace.h"
#include "http/peer.h"
#include "http/refusal.h"
#include "http/request_reader.h"
#include "http/stretch.h"
#include "http/transport.h"
#include "net/deadline_queue.h"

namespace http {

class Connection {
 public:
  //                ┌──────────────── next message ────────────────┐
  //  (announcing →) (handshaking →) reading → ready → in_application → (draining) → reading, or closed
  //     └ refused → (draining) → lingering → closed
  enum class Phase { announcing, handshaking, reading, ready, in_application, draining, lingering, closed };

  // What a deadline is kept for. none: the application's time is its own; opening: the first byte of all; request: the
  // first byte of another.
  enum class Wait { none, request, opening, head, content, write, linger, handshake };

  // With TLS the handshake comes first.
  Connection(Transport transport, Peer peer, LocalEnd const& local, Limits const&, Policy const&, BufferPool&);

  // A header of the PROXY protocol may come before all else, TLS included. Before the first event.
  void expect_announcement(ProxyProtocol expected) {
    expected_announcement_ = expected;
    phase_ = Phase::announcing;
  }

  Phase phase() const { return phase_; }
  Wait waits_for() const;
  int socket() const { return transport_.socket(); }

  // Null without TLS.
  tls::Session* tls() const { return transport_.tls(); }
  // Why there was no handshake, for the log; asked once, empty where there is nothing to tell.
  std::string take_handshake_failure() { return std::exchange(handshake_failure_, {}); }

  // Loop side. Each returns the phase it leads to. `ended`: the peer has sent its last byte or is gone, and no other
  // event will say so.
  Phase on_event(bool readable, bool writable, bool ended = false);
  Phase resume();         // goes on where a turn ended early (has_more)
  Phase refuse(Refusal);  // answers and closes; what was being read is given up
  // The answer is complete: on to the next message, or to the end. `goes_on`: should that be complete already, its
  // answer begins at once, and what is held of this one waits for it.
  Phase finish(bool persists, bool goes_on = false);
  void note_event(bool readable, bool writable, bool ended = false);

  // More input may be waiting although no new event will say so.
  bool has_more() const { return (phase_ == Phase::reading || phase_ == Phase::lingering) && readable_; }

  // How many bytes have come or, once it is answered, how many the peer has taken: to be compared with what it was
  // before.
  std::int64_t moved() const {
    return phase_ == Phase::draining || phase_ == Phase::in_application ? taken() : received_;
  }

  // One of the two has something to tell: take_handshake_failure() or take_refusal().
  bool has_failure() const { return refusal_ || !handshake_failure_.empty(); }

  // The reason of the last refuse(), for the log; asked once.
  std::optional<Refusal> take_refusal() { return std::exchange(refusal_, std::nullopt); }

  // What is known of the request that was refused.
  Request const& refused_request() { return reader_.request_so_far(); }

  // Whether another request may follow is asked when an answer begins: `*allowed` false, from then on, means no. It
  // outlives the connection.
  void heed_persistence(std::atomic<bool> const* allowed) { allowed_to_persist_ = allowed; }
  // Nor may one where some of the content has not come yet.
  bool may_persist() const {
    return reader_.is_complete() && (!allowed_to_persist_ || allowed_to_persist_->load(std::memory_order_relaxed));
  }

  // Application side, from take() to finish().
  void take() { phase_ = Phase::in_application; }
  Request const& request() const { return reader_.request(); }
  // Content that is taken while it comes (Policy::gathers_content).
  bool is_content_coming() const { return !reader_.is_complete(); }
  // All of the content; nothing where it is still coming or does not lie in one piece, and is to be taken.
  std::optional<std::string_view> body() const {
    return reader_.has_body() ? std::optional(reader_.body()) : std::nullopt;
  }
  // How much of it is to be taken yet; nothing where that is not known.
  std::optional<std::uint64_t> content_left() const { return reader_.left(); }
  // Waits for some of it to come, if none has, and moves that to `into`: how many bytes, 0 at the end. Nothing: the
  // rest does not come, see content_failure().
  std::optional<std::size_t> take_content(std::span<char> into, Pace const& pace);
  // Why the rest of the content does not come; null as long as it may. Where the client is gone, the output is closed.
  Refusal const* content_failure() const { return content_failure_ ? &*content_failure_ : nullptr; }
  Peer const& peer() const { return peer_; }
  // Who sent `request`: the peer, or whom trusted proxies name.
  struct Client {
    std::string_view address, port;
  };
  Client client(Request const& request) const;
  LocalEnd const& local() const { return local_; }
  Outbox::Status send(std::span<iovec> pieces);
  // A piece of an answer behind which more come soon: if it is small, it is held.
  Outbox::Status send_soon(std::span<iovec> pieces);
  // The end of an answer. If it is small and the client has sent more than this request, it is held until it is known
  // whether the next one is complete: the answers to requests that were sent together go out together. It is also held
  // where hold_end() says so, until finish(). Whoever watches over the application does not let it wait for long, see
  // send_held().
  Outbox::Status send_end(std::string_view piece);
  // Before the application has it.
  void hold_end(bool hold) { holds_end_ = hold; }
  // The answer is held, and not for a next request of this client.
  bool waits_for_others() const { return holds_answers() && !reader_.has_more(); }
  // What is pending is held from now on: it goes out as the client takes it, while the application is busy (PEP 3333,
  // "Buffering and Streaming").
  void hold_pending();
  // Sends what is held, if anything is, as far as it is taken now. Any thread, from take() to finish().
  void send_held();
  // The same, and holds no more: for whoever goes on to use the socket. The application's thread.
  void let_go();
  // What is kept of the answer, as far as it is taken now. The application's thread.
  Outbox::Status send_pending();
  Outbox::Status send_file(int file, off_t offset, std::size_t count);
  Outbox::Status output_status() const;
  // Whoever sends should wait for the peer, with drain_to() some part of the limit.
  bool output_is_full() const { return outbox_.is_full(); }
  std::size_t output_limit() const { return outbox_.limit(); }
  // Blocks until less than `level` bytes are buffered. closed: the peer is gone, or has_stalled(): it takes its answer
  // slower than `pace` allows.
  Outbox::Status drain_to(std::size_t level, Pace const& pace);
  bool has_stalled() const { return has_stalled_; }
  // For the log: who it is that reads too slowly, and what.
  std::string describe_stall(Pace const& pace) const;

  // Behind a request that has changed the protocol (101): what comes of the other, as it comes. Does not wait;
  // `is_last` also of nothing. The application's thread.
  Transport::Received receive_behind(std::span<char> into);

  // For who answers for an application that is stuck: one piece, as far as it is taken now, and nothing after it. What
  // was held is sent before, by send_held().
  base::sys::Transfer send_last(iovec const& piece);

  // It is given up, whatever it was about; events that are on their way change nothing any more.
  void abandon() { close(); }

  // Before an idle connection is closed: with TLS the client is told that this is no accident.
  void say_goodbye() { transport_.say_goodbye(); }

  // The request and what came behind it, as another process needs it to go on with this connection. Nothing: the
  // connection cannot move.
  std::optional<RequestReader::AsReceived> message_as_received() const {
    return tls() ? std::nullopt : reader_.as_received();
  }
  // Begins with what another process has received.
  Phase begin_with(std::string_view received);

  // The answer cannot be completed: finish() will end the connection so that the client can tell (no last chunk, a
  // content shorter than announced).
  void cut_off() {
    send_held();
    broken_ = true;
  }

  // Whether the first byte of an answer may be sent, asked by whoever wants to: the application, or the one who answers
  // for an application that is stuck. Only the first of them gets a yes.
  bool claim_answer() { return !answered_.exchange(true); }
  // Only something before the answer was sent: it is anybody's again.
  void return_answer() { answered_.store(false); }

  net::Deadline deadline{this};
  Wait deadline_kind = Wait::none;
  std::int64_t moved_before = 0;  // when the deadline was set
  std::size_t index = 0;          // in the loop's list of connections
  bool is_to_resume = false;      // it stands in the loop's list of those
  enum class Watch { none, input, room };
  Watch watch = Watch::none;  // what the loop tells of: nothing, what comes, also room to send

 private:
  Phase announce();
  void heed_announcement();
  Phase begin();
  Phase handshake();
  Phase read();
  Phase receive();
  Phase pipe_content(std::uint64_t most);
  Phase write();
  Phase after_progress(RequestReader::Progress);
  Phase begin_linger();
  Phase half_close();
  Phase linger();
  Phase close();
  Phase begin_next(RequestReader::Progress);
  void offer_continue();
  Transport::Received receive_content(std::span<char> space);
  void wait_for_content(Pace const& pace, bool has_nothing);
  bool has_unread() const;
  // TLS has one state for both directions. Who receives content and who answers for the application may be two threads;
  // neither waits for a peer in there.
  class SessionUse {
   public:
    explicit SessionUse(Connection& connection);
    SessionUse(SessionUse const&) = delete;
    ~SessionUse() { flag_.store(false, std::memory_order_release); }

   private:
    std::atomic<bool>& flag_;
  };
  bool is_holding() const { return holding_.load(std::memory_order_acquire) != Holding::no; }
  bool holds_answers() const { return is_holding() && end_is_held_; }
  void hold();
  void stop_holding();
  std::int64_t taken() const;

  Transport transport_;
  Peer peer_;
  LocalEnd const& local_;
  net::AddressSet const& proxies_;
  RequestReader reader_;
  Outbox outbox_;
  Phase phase_ = Phase::reading;
  bool readable_ = false;
  bool ended_ = false;  // read until the socket says so: what is short of the space may have the end behind it
  std::int64_t received_ = 0;
  bool persists_ = true;  // after draining
  bool broken_ = false;   // the peer is gone; sends are refused
  bool has_stalled_ = false;
  bool continue_offered_ = false;
  bool served_before_ = false;
  bool is_refused_ = false;
  bool holds_end_ = false;
  bool end_is_held_ = false;  // what is held is complete answers
  ProxyProtocol expected_announcement_ = ProxyProtocol::off;
  std::optional<Refusal> refusal_;
  std::optional<Refusal> content_failure_;
  Stretch stretch_;  // of waiting for content that is taken while it comes
  std::string handshake_failure_;
  std::atomic<bool> const* allowed_to_persist_ = nullptr;
  std::atomic<bool> answered_ = false;
  // yes: whoever makes it something else may send what the outbox has. by_others: it is being sent by a thread that
  // does not own the connection.
  enum class Holding : std::uint8_t { no, yes, by_others };
  std::atomic<Holding> holding_ = Holding::no;
  std::atomic<bool> session_is_in_use_ = false;
  std::optional<RequestReader::Progress> ahead_;  // of the next message, where it was begun before the answer was out
  std::atomic<bool> noted_readable_ = false;
  std::atomic<bool> noted_ended_ = false;
};

}  // namespace http
