#include "cli/configuration.h"

namespace cli {

base::Result<config::Merged> load_settings(Serve const& serve, config::Machine const& machine,
                                           ReadPython const& read_python) {
  auto const sources = read_sources(serve, machine, read_python);
  if (sources.problem) return std::unexpected(*sources.problem);
  auto merged = TRY(config::merge(sources.layers, machine));
  merged.notes.insert(merged.notes.begin(), sources.notes.begin(), sources.notes.end());
  return merged;
}

}  // namespace cli
