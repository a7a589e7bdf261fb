// A worker of the asgi class at work: the event loop of the application calls turn() whenever the core has something to
// do, so that one thread does both. Requests are begun as they come, as many at once as there are.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "metrics/worker_slot.h"
#include "python/asgi/application.h"
#include "worker/bookkeeping.h"
#include "worker/core.h"
#include "worker/lane.h"
#include "worker/pulse.h"
#include "worker/signals.h"

namespace worker {

class EventService final : python::asgi::Exchange::Owner {
 public:
  struct Options {
    std::string server;                     // the Server field of responses
    http::FileRoot const* files = nullptr;  // that the application may name; may be absent
    base::Duration graceful_timeout = {};
    base::Duration disconnect_grace = {};  // an application may go on so long after its client has left
  };

  // All outlive the service.
  EventService(Core& core, python::asgi::Application& application, python::asgi::EventLoop const& loop,
               Signals& signals, logging::Log& log, metrics::WorkerSlot& slot, Bookkeeping& books, Pulse& pulse,
               Options options);
  ~EventService();

  // Serves in the calling thread, which the loop belongs to, until TERM and everything is answered, or INT or QUIT.
  python::Outcome<void> run(python::Gil const& gil);

  // For the standby thread. None of them is ever seen in a request.
  std::vector<std::unique_ptr<Lane>> const& lanes() const { return lanes_; }

 private:
  using Exchange = python::asgi::Exchange;
  using Gil = python::Gil;
  using Ref = python::Ref;

  void on_answered(Gil const& gil, Exchange& exchange) override;
  void on_full(Gil const& gil, Exchange& exchange) override;
  void on_returned(Gil const& gil, Exchange& exchange) override;

  void turn(Gil const& gil);
  void lead(Gil const& gil);
  http::Connection* next(Gil const& gil);
  http::Connection* begin(Gil const& gil, http::Connection& connection, base::Instant turn_ends);
  http::Connection* give_back(Gil const& gil, Exchange& exchange, base::Instant turn_ends);
  void rest(std::unique_ptr<Exchange> exchange);
  void heed_news(Gil const& gil);
  void heed(Gil const& gil, http::Connection& connection, Core::News news);
  void tick(Gil const& gil);
  void tick_later(Gil const& gil);
  void leave_in_time(Gil const& gil);
  void cancel_all(Gil const& gil);
  std::vector<Exchange*> all_running() const;
  void wake_in_time(Gil const& gil);
  std::unique_ptr<Exchange> make_exchange(Gil const& gil, http::Request const& request);
  std::unique_ptr<Exchange> prepared(std::unique_ptr<Exchange> exchange) const;
  bool is_asked_to_go() const { return signals_.graceful || signals_.quick; }

  Core& core_;
  python::asgi::Application& application_;
  python::asgi::EventLoop const& loop_;
  Signals& signals_;
  logging::Log& log_;
  metrics::WorkerSlot& slot_;
  Bookkeeping& books_;
  Pulse& pulse_;
  Options options_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  AccessLog access_log_;

  std::unordered_map<Exchange const*, std::unique_ptr<Exchange>> running_;  // their applications are
  std::unordered_map<http::Connection const*, Exchange*> waiting_;          // to be answered, of those
  std::vector<std::unique_ptr<Exchange>> free_;
  struct News {
    http::Connection* connection;
    Core::News what;
  };
  std::vector<News> news_;  // of the core, in the present turn
  Exchange* beginning_ = nullptr;
  Ref turn_;   // called by the loop
  Ref alarm_;  // a handle of the loop's
  base::Instant alarm_due_;
  bool is_leaving_ = false;
  bool is_over_ = false;
  bool ticks_ = false;
};

}  // namespace worker
