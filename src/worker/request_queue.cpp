#include "worker/request_queue.h"

#include <chrono>
#include <format>
#include <utility>

namespace worker {
namespace {

constexpr base::Duration kPauseInLog = std::chrono::seconds(1);
constexpr unsigned kRetryAfter = 1;

}  // namespace

bool RequestQueue::add(Connection& connection, base::Instant now) {
  if (limit_ && waiting_.size() >= limit_) {
    refuse(connection, std::format("The server is busy (queue_limit is {})", limit_), now);
    return false;
  }
  waiting_.push_back({&connection, now});
  return true;
}

http::Connection* RequestQueue::take() {
  if (waiting_.empty()) return nullptr;
  auto* const first = waiting_.front().connection;
  waiting_.pop_front();
  return first;
}

http::Connection* RequestQueue::refuse_first(base::Instant now) {
  auto* const overdue = take();
  refuse(*overdue,
         std::format("The server is busy (queue_timeout is {} s)", std::chrono::duration<double>(patience_).count()),
         now);
  return overdue;
}

void RequestQueue::refuse(Connection& connection, std::string detail, base::Instant now) {
  ++refused_;
  if (now >= tell_again_) {
    log_.warning("{}: {} refused with 503", detail, std::exchange(refused_, 0));
    tell_again_ = now + kPauseInLog;
  }
  connection.refuse({503, std::move(detail), {}, kRetryAfter});
}

}  // namespace worker
