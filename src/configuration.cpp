#include "configuration.h"

#include <algorithm>
#include <filesystem>

#include "arbiter/from_settings.h"
#include "config/cpu_quota.h"
#include "config/settings_table.h"
#include "config/values.h"

using python::Gil;

namespace {

bool wants_python_logger(config::Settings const& settings) {
  return config::has_own_logger_class(settings) || settings.logconfig || !settings.logconfig_dict.empty() ||
         settings.logconfig_json;
}

// What bodies may take of a worker's memory where no disk takes them: of all workers a quarter of what there is.
std::size_t room_for_bodies(config::Machine const& machine, unsigned workers) {
  constexpr std::uint64_t unknown = std::uint64_t{256} << 20;
  return config::memory_limit(machine).value_or(unknown) / 4 / std::max(workers, 1u);
}

// The settings as Python code sees them, hooks included.
base::Result<std::shared_ptr<python::Runtime const>> runtime_of(Gil const& gil, config::Merged const& merged,
                                                                python::Held const& held) {
  auto const hooks = config::hooks_of(merged.settings);
  return python::Runtime::create(gil, hooks, config::values_of(merged.settings), merged.origins, held);
}

}  // namespace

base::Result<Configuration> Configuration::judge(Gil const& gil, ApplicationSource& source, config::Merged merged,
                                                 std::shared_ptr<python::Held> held,
                                                 std::shared_ptr<tls::Tickets> const& tickets) {
  auto const& settings = merged.settings;
  auto application = TRY(source.application(gil, settings));
  auto const runtime = TRY(runtime_of(gil, merged, *held));
  runtime->set_application(gil, application.get());
  auto plan = TRY(worker::make_plan(settings, tickets));
  auto& spool = plan.core.spool;
  spool.in_tmpfs = room_for_bodies(source.machine(), settings.workers.count);
  spool.in_memory = std::min(spool.in_memory, spool.in_tmpfs);
  plan.server = python::server_name(gil);
  // They were judged from where the server was started; workers are in chdir.
  for (auto& file : plan.reload_extra_files) file = source.machine().working_directory / std::filesystem::path(file);
  auto options = TRY(arbiter::options_from(settings));
  auto reporting = reporting_from(settings);
  if (!reporting) return base::failure("\nError: " + reporting.error().message());
  if (config::has_own_worker_class(settings)) TRY_VOID(runtime->load_worker_class(gil));
  merged.notes.append_range(reporting->notes);
  return Configuration{std::move(merged.settings),
                       std::move(merged.notes),
                       std::move(merged.remarks),
                       std::move(held),
                       std::move(application),
                       runtime,
                       python::Hooks(runtime),
                       nullptr,
                       std::move(plan),
                       std::move(options),
                       std::move(*reporting)};
}

base::Result<std::shared_ptr<Configuration const>> Configuration::make(Gil const& gil, ApplicationSource& source,
                                                                       config::Merged merged,
                                                                       std::shared_ptr<python::Held> held,
                                                                       std::shared_ptr<tls::Tickets> const& tickets) {
  auto made = TRY(judge(gil, source, std::move(merged), std::move(held), tickets));
  if (wants_python_logger(made.settings)) {
    auto const logger = TRY(python::Logger::open(gil, made.runtime));
    made.reporting.log.lines_to = logger->lines();
    made.logger = logger;
  }
  return std::make_shared<Configuration const>(std::move(made));
}
