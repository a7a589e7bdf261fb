#include "cli/configuration.h"

#include <utility>

#include "config/arguments.h"
#include "config/environment.h"
#include "config/toml.h"

namespace cli {
namespace {

using config::ConfigFile;

base::Result<config::Layer> read(ConfigFile const& file, ReadPython const& read_python) {
  switch (file.kind) {
    case ConfigFile::Kind::none:
      return config::Layer();
    case ConfigFile::Kind::toml:
      return config::read_toml(file.location, file.name);
    case ConfigFile::Kind::python_file:
    case ConfigFile::Kind::python_module:
      return read_python.config_file(file);
  }
  return config::Layer();
}

// The server section of the Paste file that one of the command lines names.
base::Result<config::Layer> read_framework(Serve const& serve, config::Layer const& baked,
                                           ReadPython const& read_python) {
  for (auto const* layer : {&serve.command_line, &serve.environment_arguments, &baked}) {
    auto const* const paste = find_entry(*layer, "paste");
    auto const* const uri = paste ? paste->value.as<std::string>() : nullptr;
    if (uri) return read_python.paste_file(*uri);
  }
  return config::Layer();
}

}  // namespace

base::Result<config::Merged> load_settings(Serve const& serve, config::Machine const& machine,
                                           ReadPython const& read_python) {
  auto environment = TRY(config::read_environment(machine.environment));
  auto baked = TRY(config::baked_arguments(machine.baked));
  auto framework = TRY(read_framework(serve, baked, read_python));
  auto const file = TRY(config::choose_config_file(serve.command_line, serve.environment_arguments, machine));
  auto from_file = TRY(read(file, read_python));
  // A bundle's own file is among its defaults, one that is named at the start is not.
  auto from_own_file = file.is_baked ? std::exchange(from_file, {}) : config::Layer();
  config::Layer const layers[] = {std::move(from_own_file), std::move(baked),     std::move(environment),
                                  std::move(framework),     std::move(from_file), serve.environment_arguments,
                                  serve.command_line};
  auto merged = TRY(config::merge(layers, machine));
  merged.notes.insert(merged.notes.begin(), file.notes.begin(), file.notes.end());
  return merged;
}

}  // namespace cli
