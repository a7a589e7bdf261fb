// What a lane is doing, as the standby thread sees it over time: since when its present request has given no sign. A
// request gives a sign when it begins and whenever more of its content goes out, so that a stream may last. The time
// for which it is handed over does not count.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "worker/lane.h"

namespace worker {

class LaneWatch {
 public:
  enum class State {
    well,         // no request, or one that has time
    interrupted,  // its request was taken away, and an exception sent to its thread
    given_up,     // that did not help: the thread is lost to this worker
  };

  explicit LaneWatch(Lane& lane) : lane_(&lane) {}

  Lane& lane() const { return *lane_; }

  // To be called again and again. The last sign of the present request; nothing while there is none.
  std::optional<base::Instant> look(base::Instant now);

  State state() const { return state_; }
  // Of the state.
  base::Instant since() const { return since_; }
  void enter(State state, base::Instant now) {
    state_ = state;
    since_ = now;
    of_ = started_;
  }
  // The request that was looked at when the state began is over: the thread has come back.
  bool is_over() const { return started_ != of_; }
  // What the present request is known by.
  std::uint64_t request() const { return started_; }

  // Whether the exception that was meant for the thread could be delivered: not while C code keeps the interpreter
  // lock.
  void interrupted_by(std::shared_ptr<std::atomic<bool> const> sent) { sent_exception_ = std::move(sent); }
  bool was_reached() const { return sent_exception_ && sent_exception_->load(); }

 private:
  Lane* lane_;
  std::uint64_t started_ = 0;
  std::uint64_t sent_ = 0;
  base::Instant sign_;
  State state_ = State::well;
  std::uint64_t of_ = 0;
  std::shared_ptr<std::atomic<bool> const> sent_exception_;
  base::Instant since_;
};

}  // namespace worker
