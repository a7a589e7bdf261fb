#include "net/deadline_queue.h"

#include <utility>

namespace net {

void Deadline::drop() {
  if (!queue_) return;
  (earlier_ ? earlier_->later_ : queue_->first_) = later_;
  (later_ ? later_->earlier_ : queue_->last_) = earlier_;
  earlier_ = later_ = nullptr;
  queue_ = nullptr;
}

base::Instant Deadline::since() const {
  return queue_ ? when_ - queue_->span_ : when_;
}

void DeadlineQueue::set(Deadline& deadline, base::Instant from) {
  deadline.drop();
  deadline.when_ = from + span_;
  deadline.queue_ = this;
  deadline.earlier_ = std::exchange(last_, &deadline);
  (deadline.earlier_ ? deadline.earlier_->later_ : first_) = &deadline;
}

std::optional<base::Instant> DeadlineQueue::next() const {
  if (!first_) return std::nullopt;
  return first_->when_;
}

void* DeadlineQueue::take_expired(base::Instant now) {
  if (!first_ || first_->when_ > now) return nullptr;
  void* const subject = first_->subject_;
  first_->drop();
  return subject;
}

}  // namespace net
