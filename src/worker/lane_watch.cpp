#include "worker/lane_watch.h"

namespace worker {

std::optional<base::Instant> LaneWatch::look(base::Instant now) {
  auto const started = lane_->started();
  auto const sent = lane_->response().content_sent();
  bool const is_away = lane_->response().is_handed_over();
  if (started != started_) {
    started_ = started;
    sign_ = base::from_ticks(started);
  } else if (sent != sent_ || is_away) {
    sign_ = now;
  }
  sent_ = sent;
  if (!started || is_away) return std::nullopt;
  return sign_;
}

}  // namespace worker
