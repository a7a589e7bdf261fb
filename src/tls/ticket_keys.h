// The keys that session tickets are sealed with (RFC 5077, RFC 8446 section 4.6.1), the same in every process that got
// a copy before it was forked: a client may come back to any worker. They change with time, each made from the one
// before and not the other way round, so all copies change alike without a word between them, and a key that was once
// in use cannot be found again.
//
// A value that is copied into processes; within one, one thread at a time.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "base/result.h"

namespace tls {

class TicketKeys {
 public:
  // How long a key seals. It opens for as long again.
  static constexpr base::Duration kPeriod = std::chrono::hours(4);

  using Key = std::array<unsigned char, 32>;
  struct Pair {
    Key present;
    Key previous;
  };

  static base::Result<TicketKeys> create(base::Instant now = base::now());

  // The keys as of `now`; true when they are others than before.
  bool advance(base::Instant now);
  Pair const& keys() const { return keys_; }

 private:
  TicketKeys(base::Instant begin, Pair const& keys) : begin_(begin), keys_(keys) {}

  base::Instant begin_;  // of the present period
  Pair keys_;
};

}  // namespace tls
