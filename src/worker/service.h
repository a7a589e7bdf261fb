// A worker at work: lanes (threads that run the application) that take turns leading the core's loop. One lane is the
// sync class; several are gthread, leader and followers over the one epoll. Any thread that finds the loop without a
// leader may lead it; nobody is bound to a connection that waits.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "log/log.h"
#include "metrics/worker_slot.h"
#include "python/wsgi/application.h"
#include "worker/bookkeeping.h"
#include "worker/core.h"
#include "worker/lane.h"
#include "worker/signals.h"

namespace worker {

class Standby;

class Service {
 public:
  struct Options {
    unsigned lanes = 1;
    // Called first in each thread that runs the application, but the one that calls run().
    std::function<void(python::Gil const&)> prepare_thread = {};
    std::string server;                     // the Server field of responses
    http::FileRoot const* files = nullptr;  // that the application may name; may be absent
  };

  // All references outlive the service.
  Service(Core& core, python::wsgi::Application& application, Signals& signals, logging::Log& log,
          metrics::WorkerSlot& slot, Bookkeeping& books, Options options);
  ~Service();

  // Starts a thread for each lane but the first; all of them, or none. They wait for the interpreter lock, which the
  // caller has, until run(); or leave as soon as they get it, if they are dismissed instead.
  base::Result<void> start_threads(python::Gil const& gil, Standby& standby);
  void dismiss_threads(python::Gil const& gil);
  // Serves in the calling thread, which is the first lane, and in those of the others, until TERM and everything is
  // answered, or INT or QUIT.
  void run(python::Gil const& gil, Standby& standby);

  std::vector<std::unique_ptr<Lane>> const& lanes() const { return lanes_; }

 private:
  void run_lane(python::Gil const& gil, Lane& lane, Standby& standby);
  void join_threads(python::Gil const& gil);
  bool is_main(Lane const& lane) const { return &lane == lanes_.front().get(); }
  http::Connection* next(python::Gil const& gil, Lane& lane);
  // Nothing where the main thread is to run handlers of signals instead, and may have to lead for that.
  std::optional<http::Connection*> take_turn_of_main();
  std::optional<http::Connection*> take_turn();
  std::optional<http::Connection*> lead(bool is_main);
  void run_handlers(python::Gil const& gil);
  bool is_asked_to_go() const { return signals_.graceful || signals_.quick; }

  Core& core_;
  python::wsgi::Application& application_;
  Signals& signals_;
  logging::Log& log_;
  metrics::WorkerSlot& slot_;
  Bookkeeping& books_;
  Options options_;
  std::atomic<bool> main_waits_ = false;  // for its turn to lead
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::thread> threads_;  // of all but the first
};

}  // namespace worker
