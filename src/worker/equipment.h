// What a worker serves with, whatever it is that runs its application: made once that is loaded.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "http/file_root.h"
#include "python/hooks.h"
#include "python/interruption.h"
#include "worker/birth.h"
#include "worker/bookkeeping.h"
#include "worker/boot_failure.h"
#include "worker/core.h"
#include "worker/plan.h"
#include "worker/pulse.h"
#include "worker/signals.h"
#include "worker/standby.h"

namespace worker {

struct Equipment {
  std::optional<http::FileRoot> files;  // that the application may name
  std::unique_ptr<Core> core;
  python::Interruption interruption;
  std::unique_ptr<Pulse> pulse;  // null unless the application runs on an event loop
  std::unique_ptr<Standby> standby;
  Signals* signals;
  std::unique_ptr<Bookkeeping> books;
  std::unique_ptr<AccessLog> refusals;
};

// Takes what it needs of the plan. All that is given outlives the equipment; `logger` may be null.
Booted<std::unique_ptr<Equipment>> equip(python::Gil const&, Plan& plan, Birth& birth, python::Hooks const& hooks,
                                         python::Logger const* logger, logging::Log& log);

// Calls hooks from a thread that does not hold the interpreter lock.
void call_from_elsewhere(python::Hooks const& hooks, std::initializer_list<char const*> names);

}  // namespace worker
