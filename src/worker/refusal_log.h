// Log lines about requests that no application has served: who sent them and why. Anybody on the internet can have such
// lines written, so only so many a second are; the others are counted. Used by the leader of the core alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/connection.h"
#include "log/log.h"
#include "worker/access_log.h"

namespace worker {

class RefusalLog {
 public:
  explicit RefusalLog(logging::Log& log) : log_(log) {}

  // Each request gets an access line there besides; null: it does not.
  void log_access_to(AccessLog* access_log) { access_log_ = access_log; }

  // What was refused on `connection`, after it was waited for so long, or what became of its TLS handshake, if there is
  // something that nobody has told.
  void tell(http::Connection& connection, base::Duration waited, base::Instant now);

  // Both texts may be a client's: whatever their bytes, they make one line.
  void note(std::string_view address, std::string_view reason, base::Instant now);

  // When summarize() has something to say.
  std::optional<base::Instant> due() const;

  // Says how many lines were left out, once the second is over.
  void summarize(base::Instant now);

 private:
  static constexpr std::uint64_t kLinesPerSecond = 10;
  static constexpr std::size_t kLongestReason = 300;

  void write_access(http::Connection& connection, http::Refusal const& refusal, base::Duration waited);

  logging::Log& log_;
  AccessLog* access_log_ = nullptr;
  base::Instant window_;     // its beginning
  std::uint64_t noted_ = 0;  // in it
};

}  // namespace worker
