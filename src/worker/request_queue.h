// Complete requests that wait for the application, in the order in which they came. Those who are too many, or wait for
// too long, are refused with 503: their clients hear so at once, and may ask somebody else. Used by the leader of the
// core alone.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/connection.h"
#include "log/log.h"

namespace worker {

class RequestQueue {
 public:
  using Connection = http::Connection;

  // How many requests wait at most, and for how long each (queue_limit, queue_timeout); 0: no limit.
  RequestQueue(std::size_t limit, base::Duration patience, logging::Log& log)
      : limit_(limit), patience_(patience), log_(log) {}

  bool is_empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }

  // False: it is full, and the request was refused instead.
  bool add(Connection& connection, base::Instant now);
  // The one that waits for longest; nullptr when none does.
  Connection* take();
  // Those that `is_gone` says have found another place. It is asked about each, in order.
  template <typename Predicate>
  void remove_if(Predicate is_gone) {
    std::erase_if(waiting_, [&](Waiting const& waiting) { return is_gone(*waiting.connection); });
  }

  // When a request will have waited for too long; nothing while none waits that could.
  std::optional<base::Instant> next_overdue() const {
    if (patience_ <= base::Duration::zero() || waiting_.empty()) return std::nullopt;
    return waiting_.front().since + patience_;
  }
  // Takes out one that has, and refuses it; nullptr when there is none.
  Connection* refuse_overdue(base::Instant now) {
    auto const due = next_overdue();
    return due && now >= *due ? refuse_first(now) : nullptr;
  }
  base::Duration patience() const { return patience_; }

 private:
  struct Waiting {
    Connection* connection;
    base::Instant since;
  };

  Connection* refuse_first(base::Instant now);
  void refuse(Connection& connection, std::string detail, base::Instant now);

  std::size_t limit_;
  base::Duration patience_;
  logging::Log& log_;
  std::deque<Waiting> waiting_;
  base::Instant tell_again_;   // not before, in the log
  std::uint64_t refused_ = 0;  // since it was told
};

}  // namespace worker
