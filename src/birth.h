// What a worker is born with, in the terms of those who serve.
#pragma once

#include <optional>

#include "arbiter/collaborators.h"
#include "base/result.h"
#include "configuration.h"
#include "metrics/slot_table.h"
#include "metrics/turn.h"
#include "worker/relay.h"
#include "worker/worker.h"

// What the workers of a server have in common. Made once, before the first is forked.
struct Commons {
  static base::Result<Commons> create();

  metrics::SlotTable slots;
  worker::Relay relay;
  std::optional<metrics::Turn> backlog_turn;  // absent: the backlog is not reported
};

// All of them outlive it. `reloader` may be null.
worker::Birth birth_of(arbiter::WorkerStart const& start, Configuration const& configuration, Commons const& commons,
                       worker::Reloader* reloader);
