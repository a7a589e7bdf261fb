// What the settings say about logs and metrics, in the terms of those who write them.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "config/settings_table.h"
#include "log/log.h"
#include "metrics/statsd.h"
#include "metrics/turn.h"
#include "net/listener.h"

struct Reporting {
  logging::Options log;
  std::shared_ptr<metrics::Statsd> statsd;  // null: nobody is to be told
  config::Texts notes;                      // who cannot be reached at the moment
};

// Asks the resolver for names. Fails, in a sentence for the operator, for what can never work.
base::Result<Reporting> reporting_from(config::Settings const&);

// Counts lines of the error log in `statsd`, which may be null.
logging::Log::Seen line_counter(std::shared_ptr<metrics::Statsd> statsd);

// Reports, once a second, how many connections wait in `listeners` to be accepted. Of the processes that share `turn`
// one does.
std::function<void(base::Instant)> backlog_reporter(std::shared_ptr<metrics::Statsd> statsd,
                                                    std::span<std::shared_ptr<net::Listener> const> listeners,
                                                    metrics::Turn turn);
