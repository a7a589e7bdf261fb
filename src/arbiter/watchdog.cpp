#include "arbiter/watchdog.h"

#include <format>

#include "log/escape.h"

namespace arbiter {
namespace {

struct Sign {
  enum class Kind { start, heartbeat, request } kind;
  base::Instant when;
};

// The last sign of life. While a request runs, only its end is one, or more of its answer.
Sign last_sign(Worker const& worker) {
  auto const& slot = *worker.slot;
  auto const ticks = slot.request_started.load(std::memory_order_relaxed);
  if (ticks > 0 && !slot.bounds_requests.load(std::memory_order_relaxed)) {
    return {Sign::Kind::request, base::from_ticks(ticks)};
  }
  auto const heartbeat = base::from_ticks(slot.heartbeat.load(std::memory_order_relaxed));
  if (heartbeat > worker.started) return {Sign::Kind::heartbeat, heartbeat};
  return {Sign::Kind::start, worker.started};
}

}  // namespace

void Watchdog::woken(base::Instant now, std::optional<base::Instant> due) {
  if (due && now - *due > kOversleep) judged_from_ = now;
}

base::Instant Watchdog::stuck_at(Worker const& worker, base::Duration timeout) const {
  return std::max(last_sign(worker).when, judged_from_) + timeout;
}

std::string Watchdog::describe(Worker const& worker, base::Instant now) {
  auto const sign = last_sign(worker);
  auto const seconds = std::chrono::duration<double>(now - sign.when).count();
  switch (sign.kind) {
    case Sign::Kind::request:
      return std::format("\"{}\" for {:.1f} s", logging::escaped(worker.slot->request_line.get()), seconds);
    case Sign::Kind::start:
      return std::format("{} for {:.1f} s", worker.was_ready ? "silence" : "starting", seconds);
    case Sign::Kind::heartbeat:
      break;
  }
  return std::format("silence for {:.1f} s", seconds);
}

}  // namespace arbiter
