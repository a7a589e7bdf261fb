#include "worker/refusal_log.h"

#include "log/escape.h"

namespace worker {
namespace {

constexpr base::Duration kWindow = std::chrono::seconds(1);

}  // namespace

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
