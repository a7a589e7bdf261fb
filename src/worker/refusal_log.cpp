#include "worker/refusal_log.h"

#include "http/error_page.h"
#include "log/escape.h"

namespace worker {
namespace {

constexpr base::Duration kWindow = std::chrono::seconds(1);

}  // namespace

void RefusalLog::tell(http::Connection& connection, base::Duration waited, base::Instant now) {
  auto const failure = connection.take_handshake_failure();
  if (!failure.empty()) log_.debug("TLS handshake with {} failed: {}", connection.peer().address, failure);
  auto const refusal = connection.take_refusal();
  if (!refusal) return;
  auto const client = connection.client(connection.refused_request());
  if (refusal->status == 503 && refusal->cause.empty())
    log_.debug("{}: ip={}", refusal->detail, client.address);
  else if (refusal->cause.empty())
    note(client.address, refusal->detail, now);
  else
    log_.error("{}: {}", refusal->detail, refusal->cause);
  if (access_log_) write_access(connection, *refusal, waited);
}

void RefusalLog::write_access(http::Connection& connection, http::Refusal const& refusal, base::Duration waited) {
  bool const is_aborted = connection.phase() == http::Connection::Phase::closed &&
                          connection.output_status() == http::Outbox::Status::closed;
  access_log_->write(connection, connection.refused_request(),
                     {refusal.status, http::error_content(refusal).size(), is_aborted}, waited);
}

void RefusalLog::note(std::string_view address, std::string_view reason, base::Instant now) {
  summarize(now);
  if (!noted_) window_ = now;
  if (++noted_ > kLinesPerSecond) return;
  log_.warning("Invalid request from ip={}: {}{}", logging::escaped(address),
               logging::escaped(reason.substr(0, kLongestReason)), reason.size() > kLongestReason ? "..." : "");
}

std::optional<base::Instant> RefusalLog::due() const {
  if (noted_ <= kLinesPerSecond) return std::nullopt;
  return window_ + kWindow;
}

void RefusalLog::summarize(base::Instant now) {
  if (!noted_ || now < window_ + kWindow) return;
  if (noted_ > kLinesPerSecond)
    log_.warning("{} more requests were refused in the last second", noted_ - kLinesPerSecond);
  noted_ = 0;
}

}  // namespace worker
