#include "arbiter/binding.h"

#include <errno.h>

#include <cstring>

namespace arbiter {
namespace {

void report_attempt(BindFailure const& failure, logging::Log& log) {
  auto const address = failure.gunicorn_address();
  int const code = failure.error.code();
  if (code == EADDRINUSE) log.error("Connection in use: {}", address);
  if (code == EADDRNOTAVAIL) log.error("Invalid address: {}", address);
  log.error("connection to {} failed: [Errno {}] {}", address, code, std::strerror(code));
}

}  // namespace

std::optional<Listeners> bind_patiently(Options const& options, Listeners const& passed, logging::Log& log,
                                        std::function<bool(base::Duration)> const& pause) {
  for (int attempt = 1;; ++attempt) {
    auto opened = Listeners::open(options, {&passed});
    if (opened) return std::move(*opened);
    auto const& failure = opened.error();
    bool const is_worth_retrying = failure.is_worth_retrying();
    if (is_worth_retrying) report_attempt(failure, log);
    if (!is_worth_retrying || attempt >= options.bind_attempts) {
      log.error("Can't connect to {}", failure.gunicorn_address());
      log.error("{}", failure.to_string());
      return std::nullopt;
    }
    log.debug("Retrying in {:.0f} second.", std::chrono::duration<double>(options.bind_pause).count());
    if (!pause(options.bind_pause)) return std::nullopt;
  }
}

}  // namespace arbiter
