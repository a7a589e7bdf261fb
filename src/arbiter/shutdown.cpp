#include "arbiter/shutdown.h"

#include <signal.h>

namespace arbiter {

using namespace std::chrono_literals;

namespace {

constexpr base::Duration kPatienceAfterKill = 2s;

}  // namespace

void Shutdown::request(int signal, base::Instant now) {
  auto const& options = workforce_.present().options;
  if (signal == SIGTERM) {
    // A second TERM says nothing new: wrappers and platforms send it to a process and to its group.
    if (is_under_way()) return;
    if (options.drain_delay <= base::Duration::zero()) return begin_gracefully(now);
    stage_ = Stage::delayed;
    workforce_.stop_deferring();
    workforce_.announce_end();
    delayed_until_ = now + options.drain_delay;
    log_.info("Serving on for {:.0f} s before the workers are stopped (drain_delay)",
              std::chrono::duration<double>(options.drain_delay).count());
  } else if (!is_under_way() || stage_ == Stage::delayed) {
    begin(Stage::quick, SIGQUIT, options.graceful_timeout, now);
  } else {
    hasten(now);
  }
}

void Shutdown::begin_gracefully(base::Instant now) {
  begin(Stage::graceful, SIGTERM, workforce_.present().options.graceful_timeout, now);
}

void Shutdown::hand_over(base::Instant now) {
  if (is_under_way()) return;
  is_handover_ = true;
  begin_gracefully(now);
}

void Shutdown::request(BootFailure const& failure, base::Instant now) {
  if (is_under_way()) return;
  failure_ = failure;
  begin_gracefully(now);
}

void Shutdown::hasten(base::Instant now) {
  if (stage_ == Stage::graceful) {
    log_.info("Quick shutdown requested");
    begin(Stage::quick, SIGQUIT, workforce_.present().options.quick_timeout, now);
  } else if (stage_ == Stage::quick) {
    log_.warning("Immediate shutdown requested");
    stage_ = Stage::killing;
    give_up_at_ = now + kPatienceAfterKill;
    enforcer_.kill_all();
  }
}

void Shutdown::begin(Stage stage, int signal, base::Duration patience, base::Instant now) {
  stage_ = stage;
  give_up_at_ = now + patience + kPatienceAfterKill;
  workforce_.stop_hiring();
  workforce_.remove_socket_paths();
  for (auto& worker : workforce_.table()) workforce_.retire(worker, signal, patience, now);
}

void Shutdown::advance(base::Instant now, bool waits) {
  if (!is_under_way() || is_over()) return;
  if (stage_ == Stage::delayed) {
    if (now >= delayed_until_) begin_gracefully(now);
    return;
  }
  if (stage_ != Stage::sweeping) {
    if ((waits || !workforce_.table().is_empty()) && now < give_up_at_) return;
    for (auto const& worker : workforce_.table()) log_.error("Worker (pid:{}) cannot be killed", worker.pid);
    if (!is_handover_) leftovers_.begin(now, workforce_.present().options.quick_timeout);
    stage_ = Stage::sweeping;
  }
  if (leftovers_.are_gone(now)) stage_ = Stage::over;
}

std::optional<base::Instant> Shutdown::next_deadline() const {
  if (stage_ == Stage::delayed) return delayed_until_;
  if (stage_ == Stage::sweeping) return leftovers_.next_deadline();
  if (is_under_way()) return give_up_at_;
  return std::nullopt;
}

}  // namespace arbiter
