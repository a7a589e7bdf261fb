// What is written down of requests: how many there were, their access lines, their numbers for StatsD.
#pragma once

#include <atomic>
#include <functional>

#include "log/access_format.h"
#include "log/log.h"
#include "metrics/statsd.h"
#include "metrics/worker_slot.h"
#include "python/logger.h"
#include "worker/access_log.h"
#include "worker/core.h"

namespace worker {

class Bookkeeping {
 public:
  struct Options {
    std::uint64_t max_requests = 0;  // 0: no limit
    logging::AccessFormat access_format;
    metrics::Statsd* statsd = nullptr;       // may be absent
    python::Logger const* logger = nullptr;  // absent: the logs are written without Python
  };

  // `retire` is called once, when max_requests are answered. All references outlive it.
  Bookkeeping(Core& core, logging::Log& log, metrics::WorkerSlot& slot, Options options, std::function<void()> retire)
      : core_(core), log_(log), slot_(slot), options_(std::move(options)), retire_(std::move(retire)) {}

  // For a thread that answers requests.
  AccessLog access_log(AccessLines& lines) const { return {options_.access_format, log_, &lines}; }

  // Any thread. A request begins; it is answered, and still on its connection.
  void count();
  void tell(AccessLog& access_log, http::Connection const& connection, http::Response const& response,
            base::Instant started) const;

  // Opens the logs again under their names. Takes the interpreter lock where one is written by Python.
  void reopen_logs();

 private:
  Core& core_;
  logging::Log& log_;
  metrics::WorkerSlot& slot_;
  Options options_;
  std::function<void()> retire_;
  std::atomic<std::uint64_t> answered_ = 0;
};

}  // namespace worker
