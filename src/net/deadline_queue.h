// Deadlines that all lie the same span ahead of the moment they are set: a queue in order of arrival is then a queue
// in order of time, so setting, moving and dropping one are O(1) and need no system call. One queue per kind of wait.
// Not thread-safe. A Deadline leaves its queue when it is destroyed; the queue outlives what is in it.
#pragma once

#include <optional>

#include "base/clock.h"

namespace net {

class DeadlineQueue;

// The place of one waiting thing in at most one queue. Intrusive: a member of what waits, found again by subject().
class Deadline {
 public:
  explicit Deadline(void* subject) : subject_(subject) {}
  Deadline(Deadline const&) = delete;
  Deadline& operator=(Deadline const&) = delete;
  ~Deadline() { drop(); }

  bool is_set() const { return queue_ != nullptr; }
  base::Instant when() const { return when_; }
  void drop();
  // When the span began.
  base::Instant since() const;

 private:
  friend class DeadlineQueue;

  void* subject_;
  DeadlineQueue* queue_ = nullptr;
  Deadline* earlier_ = nullptr;
  Deadline* later_ = nullptr;
  base::Instant when_;
};

class DeadlineQueue {
 public:
  explicit DeadlineQueue(base::Duration span) : span_(span) {}
  DeadlineQueue(DeadlineQueue const&) = delete;
  DeadlineQueue& operator=(DeadlineQueue const&) = delete;

  // Puts `deadline` at `from` + span, taking it out of any queue it was in. `from` never goes back between calls.
  void set(Deadline& deadline, base::Instant from);

  // The next moment something expires.
  std::optional<base::Instant> next() const;

  // What has waited longest; nullptr when nothing does.
  void* first() const { return first_ ? first_->subject_ : nullptr; }

  // Takes out one that has expired by `now` and gives its subject; nullptr when there is none.
  void* take_expired(base::Instant now);

 private:
  friend class Deadline;

  base::Duration span_;
  Deadline* first_ = nullptr;
  Deadline* last_ = nullptr;
};

}  // namespace net
