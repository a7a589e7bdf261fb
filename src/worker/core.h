// The C++ half of a worker: listeners, connections, parser, deadlines and buffers behind one epoll descriptor. Knows no
// interpreter; hands out complete requests and takes back connections whose answer is complete.
//
// One thread at a time leads: it holds the Baton and may call everything here but give_back(), wake() and descriptor(),
// which are for any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "http/connection.h"
#include "log/log.h"
#include "metrics/worker_slot.h"
#include "net/epoll.h"
#include "worker/answer_batch.h"
#include "worker/baton.h"
#include "worker/core_options.h"
#include "worker/entrance.h"
#include "worker/refusal_log.h"
#include "worker/request_queue.h"
#include "worker/returned_answers.h"
#include "worker/roster.h"

namespace worker {

class Core {
 public:
  enum class Accepting { yes, no };

  // `sockets` are watched but not owned. Everything given outlives the core.
  static base::Result<std::unique_ptr<Core>> create(std::vector<ListeningSocket> sockets, CoreOptions, logging::Log&);

  // Readable when run_once() has something to do.
  int descriptor() const { return epoll_.descriptor(); }

  Baton& baton() { return baton_; }

  // Refused requests get a line there too; null: they do not. Before the first run_once().
  void log_access_to(AccessLog* access_log) { refusal_log_.log_access_to(access_log); }

  // Connections may come from and go to other workers by it; null: they may not. Before the first run_once().
  void share_by(Relay const* relay) { entrance_.share_by(relay); }

  // Called when a drain has begun and what was queued on the listeners is taken. Before the first run_once().
  void on_drained(std::function<void()> call) { on_drained_ = std::move(call); }

  // For applications that go on while the loop does, on the thread that leads: what becomes of their connections
  // meanwhile. input: something has come. room: all of the answer so far is sent. gone: the client has left, or takes
  // its answer too slowly. Before the first run_once().
  enum class News { input, room, gone };
  void tell_applications(std::function<void(http::Connection&, News)> call) { tell_application_ = std::move(call); }
  // From now on there may be news of the connection: its application has not answered at once.
  void attend(http::Connection& connection);
  // Some of the answer waits for the client. There will be news.
  void await_room(http::Connection& connection);

  // How long run_once() may be put off if no event comes; nothing: for ever.
  std::optional<base::Duration> patience() const { return wait_limit(std::nullopt, Accepting::yes); }

  // Waits at most `limit` for events and deals with them. `accepting` no leaves new connections to others, and complete
  // requests too: it waits although there are some.
  void run_once(std::optional<base::Duration> limit, Accepting accepting);

  // run_once() without waiting, every millisecond at most, while there are requests. For who takes one after the other:
  // as long as some are left, others would wait for their turn, to come in, to be heard and to be sent their answers.
  void look_in_between();

  // A connection with a complete request, now the caller's to answer; null when there is none: then nothing is held of
  // answers any more.
  http::Connection* take_ready();

  // Leaves what waits for take_ready() to whoever has time for it first, as far as it can move.
  bool has_ready() const { return !requests_.is_empty(); }
  void pass_on_ready();

  // How many requests wait for take_ready().
  std::size_t waiting() const { return requests_.size(); }

  // When a request was taken, and until when its connection may go on with the next.
  struct Turn {
    base::Instant begun = {}, ends = {};
  };

  // The answer on `connection` is complete. `persists`: another request may follow. If it has come already, and the
  // turn has not ended, then whoever gives back gets it at once: the connection is returned, as by take_ready(), and
  // what is held of answers goes out with the next. While other requests wait, the answer may be held for theirs if
  // this one, begun a short while ago, is anything to go by: see send_held(). Any thread; wakes the leader only when
  // there is something it must do.
  http::Connection* give_back(http::Connection& connection, bool persists, Turn turn);

  // What is held of answers goes out. To be called before going, and by whoever sees that a request takes longer than
  // expected.
  void send_held();

  // Ends run_once() in whatever thread is in it.
  void wake();
  // The event counter that wake() rings, for signal handlers.
  int wake_descriptor() const { return wake_.get(); }

  // No connection persists beyond the answer it is waiting for. Any thread.
  void forbid_persistence() { may_persist_.store(false, std::memory_order_relaxed); }

  // No more than what has already come: takes what is queued on the listeners, unless siblings will, which
  // `sockets_end` says is not so for some of them, and lets no connection persist beyond its next answer. Where nobody
  // serves on it is taken while there is time and room, since all workers do so side by side. An idle connection was
  // promised to be kept, and its client may be sending at this moment: where somebody serves on there is no hurry, and
  // it is let be until a request or the end of keepalive comes. Otherwise it ends at once. What is on its way between
  // workers is taken unless siblings are left that will take it: whoever sends drains later, so the last of them leaves
  // nothing behind.
  void begin_drain(metrics::Heir heir = metrics::Heir::nobody, bool sockets_end = false);
  bool is_draining() const { return draining_.load(std::memory_order_relaxed); }
  bool is_empty() const { return roster_.is_empty(); }
  // There is nothing left to wait for.
  bool is_drained() const {
    return is_draining() && !is_emptying_ && roster_.size() <= abandoned_.load(std::memory_order_relaxed);
  }

  // Lets go of what was kept for a rush that is over; to be called now and then. Any thread.
  void tidy() { buffers_.spool().tidy(); }

  // The connection of one more request, or one less, is not worth waiting for: its thread may never give it back. Any
  // thread.
  void abandon_one();
  void expect_one() { abandoned_.fetch_sub(1, std::memory_order_relaxed); }

  bool lets_persist() const { return may_persist_.load(std::memory_order_relaxed); }

  CoreOptions const& options() const { return options_; }

 private:
  Core(net::Epoll epoll, base::Fd wake, std::vector<ListeningSocket> sockets, CoreOptions options, logging::Log& log);

  bool closes_idle() const { return is_draining() && heir_ == metrics::Heir::nobody; }

  std::optional<base::Duration> wait_limit(std::optional<base::Duration> limit, Accepting accepting) const;
  void dispatch(epoll_event const& event);
  void follow(http::Connection& connection, bool readable, bool writable, bool ended);
  void take_queued(bool sockets_end);
  void empty_queues();
  void close_entrance();
  bool can_make_room() const;
  bool make_room();
  bool retire_idle(http::Connection& idle);
  void retire_slow(http::Connection& slowest);
  std::optional<base::Instant> next_room() const;
  bool may_accept() const;
  bool accept_from(ListeningSocket const& socket, int count);
  void accept_neglected();
  void enqueue(http::Connection& connection);
  void refuse_overdue();
  void cannot_accept(base::Error const& error);
  http::Connection& keep(std::unique_ptr<http::Connection> connection);
  bool watch(http::Connection& connection, http::Connection::Watch wanted);
  bool take_relayed();
  http::Connection* take_back(Answer answer, Turn turn);
  void collect_returned() {
    if (returned_.has_some()) finish(returned_.take());
  }
  void finish(std::span<Answer const> answers);
  // `waited`: how long for what did not come, of a connection that was refused for it.
  void settle(http::Connection& connection, base::Duration waited = {});
  void set_deadline(http::Connection& connection);
  void dismiss(http::Connection& connection);
  void bury(http::Connection& connection);
  void expire();
  void expired(http::Connection& connection, http::Connection::Wait kind);

  net::Epoll epoll_;
  base::Fd wake_;
  CoreOptions options_;
  logging::Log& log_;
  std::function<void()> on_drained_;
  std::function<void(http::Connection&, News)> tell_application_;
  RefusalLog refusal_log_;
  Baton baton_;

  http::BufferPool buffers_;
  Entrance entrance_;
  Roster roster_;
  RequestQueue requests_;
  AnswerBatch batch_;
  std::vector<http::Connection*> resume_;  // each of them is_to_resume
  base::Instant now_;
  base::Instant look_again_, look_for_neglected_;  // not before
  base::Instant accept_again_;                     // not before, since there were no descriptors
  base::Instant complain_again_;                   // not before, of that
  std::atomic<bool> draining_ = false;
  bool is_emptying_ = false;  // what is queued on the listeners is being taken, before the end
  metrics::Heir heir_ = metrics::Heir::nobody;
  std::atomic<bool> may_persist_;

  std::atomic<std::size_t> abandoned_ = 0;
  ReturnedAnswers returned_;
};

}  // namespace worker
