#include "arbiter/death_report.h"

#include <signal.h>

#include <format>

#include "arbiter/signal_name.h"
#include "log/escape.h"

namespace arbiter {
namespace {

logging::Level level_of(Death const& death) {
  using logging::Level;
  if (!death.status.is_signal()) return death.status.code() == 0 ? Level::debug : Level::error;
  if (death.status.signal() == SIGTERM) return Level::info;
  bool const is_ours = death.worker.is({Phase::aborting, Phase::killed});
  return death.status.signal() == SIGKILL && !is_ours ? Level::error : Level::warning;
}

std::string sentence_of(Death const& death) {
  if (!death.status.is_signal()) return std::format("exited with code {}.", death.status.code());
  auto sentence = std::format("was sent {}!", signal_name(death.status.signal()));
  bool const is_ours = death.worker.phase == Phase::killed;
  if (death.status.signal() == SIGKILL && !is_ours) sentence += " Perhaps out of memory?";
  return sentence;
}

// A request it took to the grave; " (in "GET / HTTP/1.1")".
std::string last_request(metrics::WorkerSlot const& slot) {
  if (slot.request_started.load() == 0) return "";
  return std::format(" (in \"{}\")", logging::escaped(slot.request_line.get()));
}

}  // namespace

void report(Death const& death, logging::Log& log) {
  auto const& slot = *death.worker.slot;
  log.write(level_of(death),
            std::format("Worker (pid:{}) {}{}", death.worker.pid, sentence_of(death), last_request(slot)));
  if (auto const dropped = slot.dropped_log_lines.load(); dropped > 0) {
    log.warning("Worker (pid:{}) dropped {} log lines that nobody read in time", death.worker.pid, dropped);
  }
}

int boot_failure_of(Death const& death) {
  if (death.worker.was_ready) return 0;
  if (int const announced = death.worker.slot->boot_failure.load()) return announced;
  bool const is_boot_status = death.status.is_code(kBootError) || death.status.is_code(kAppLoadError);
  return is_boot_status ? death.status.code() : 0;
}

}  // namespace arbiter
