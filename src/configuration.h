// Everything that the configuration decides; made anew as a whole by a reload.
#pragma once

#include <memory>

#include "application_source.h"
#include "arbiter/options.h"
#include "config/merge.h"
#include "python/held.h"
#include "python/hooks.h"
#include "python/logger.h"
#include "python/runtime.h"
#include "reporting.h"
#include "worker/plan.h"

struct Configuration {
  // Everything but the loggers, which open files. `source` outlives it. The error is the whole text for standard error.
  static base::Result<Configuration> judge(python::Gil const&, ApplicationSource& source, config::Merged merged,
                                           std::shared_ptr<python::Held> held,
                                           std::shared_ptr<tls::Tickets> const& tickets);

  // What judge() does, and the loggers.
  static base::Result<std::shared_ptr<Configuration const>> make(python::Gil const&, ApplicationSource& source,
                                                                 config::Merged merged,
                                                                 std::shared_ptr<python::Held> held,
                                                                 std::shared_ptr<tls::Tickets> const& tickets);

  config::Settings settings;
  config::Texts notes;
  config::Texts remarks;
  std::shared_ptr<python::Held> held;
  python::Ref application;  // an object with wsgi()
  std::shared_ptr<python::Runtime const> runtime;
  python::Hooks hooks;
  std::shared_ptr<python::Logger const> logger;  // null: the logs are written without Python
  worker::Plan plan;
  arbiter::Options arbiter;
  Reporting reporting;
};
