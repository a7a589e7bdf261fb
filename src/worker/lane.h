// A thread that runs applications, seen from outside: what request it is on and since when. The lane's own thread
// begins and ends requests; others may look at any time.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "http/connection.h"
#include "http/response.h"
#include "metrics/request_line.h"

namespace worker {

class Lane {
 public:
  // Own thread.
  void begin(http::Connection& connection, base::Instant now);
  // Does not return when the request was taken away: the process is about to end, and the answer was given by others.
  void end();
  http::Response& response() { return response_; }

  // Any thread. When the present request began, in ticks; 0 when there is none.
  std::uint64_t started() const { return started_.load(std::memory_order_relaxed); }
  std::string line() const { return line_.get(); }

  // Takes the present request away from a thread that is stuck in it; null when there is none.
  http::Connection* take_away() { return connection_.exchange(nullptr); }

 private:
  std::atomic<std::uint64_t> started_ = 0;
  std::atomic<http::Connection*> connection_ = nullptr;
  metrics::RequestLine line_;
  http::Response response_;
};

}  // namespace worker
