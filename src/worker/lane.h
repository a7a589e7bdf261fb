// A thread that runs applications, seen from outside: what request it is on and since when. The lane's own thread
// begins and ends requests; others may look at any time.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/clock.h"
#include "http/connection.h"
#include "http/response.h"
#include "metrics/request_line.h"
#include "worker/access_lines.h"

namespace worker {

class Lane {
 public:
  explicit Lane(logging::Log& log) : access_lines_(log) {}

  // Own thread.
  void begin(http::Connection& connection, base::Instant now);
  // False: the request was taken away and answered by others, who are done with it now.
  bool end();
  http::Response& response() { return response_; }
  // It serves from now on, or no more.
  void enter(unsigned long thread) { thread_.store(thread, std::memory_order_relaxed); }
  void leave() { has_left_.store(true, std::memory_order_release); }

  // Any thread. When the present request began, in ticks; 0 when there is none.
  std::uint64_t started() const { return started_.load(std::memory_order_relaxed); }
  std::string line() const { return line_.get(); }
  AccessLines& access_lines() { return access_lines_; }
  // As python::Interruption knows it.
  unsigned long thread() const { return thread_.load(std::memory_order_relaxed); }
  bool has_left() const { return has_left_.load(std::memory_order_acquire); }

  // The present request, taken away from a thread that is stuck in it; null when there is none. The thread does not get
  // past end() while this lives.
  struct Taken {
    std::unique_lock<std::mutex> hold;
    http::Connection* connection;
  };
  Taken take_away();

  // Any thread. See http::Connection::send_held().
  void send_held();

 private:
  std::atomic<std::uint64_t> started_ = 0;
  std::atomic<http::Connection*> connection_ = nullptr;
  std::mutex taking_;
  std::atomic<unsigned long> thread_ = 0;
  std::atomic<bool> has_left_ = false;
  metrics::RequestLine line_;
  http::Response response_;
  AccessLines access_lines_;
};

}  // namespace worker
