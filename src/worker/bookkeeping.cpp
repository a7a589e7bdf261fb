#include "worker/bookkeeping.h"

namespace worker {

void Bookkeeping::count() {
  slot_.requests.fetch_add(1, std::memory_order_relaxed);
  if (options_.max_requests == 0 || answered_.fetch_add(1) + 1 != options_.max_requests) return;
  log_.info("Autorestarting worker after current request.");
  core_.forbid_persistence();
  retire_();
}

void Bookkeeping::tell(AccessLog& access_log, http::Connection const& connection, http::Response const& response,
                       base::Instant started) const {
  bool const is_ours = !options_.logger && access_log.is_enabled();
  if (!options_.statsd && !is_ours) return;
  auto const duration = base::now() - started;
  auto const end = end_of(connection, response);
  if (is_ours) access_log.write(connection, response, end, duration);
  if (options_.statsd) options_.statsd->request(end.status, duration);
}

void Bookkeeping::reopen_logs() {
  if (auto const reopened = log_.reopen(); !reopened) log_.error("{}", reopened.error().message());
  if (options_.logger) options_.logger->reopen(python::AcquireGil());
}

}  // namespace worker
