#include "cli/sources.h"

#include <utility>

#include "config/arguments.h"
#include "config/environment.h"
#include "config/toml.h"

namespace cli {
namespace {

using base::Result;
using config::ConfigFile;
using config::Layer;

Result<Layer> read_file(ConfigFile const& file, ReadPython const& read_python) {
  switch (file.kind) {
    case ConfigFile::Kind::none:
      return Layer();
    case ConfigFile::Kind::toml: {
      auto layer = TRY(config::read_toml(file.location, file.name));
      layer.push_back({"config", file.name, {config::Source::toml_file, file.name}});
      return layer;
    }
    case ConfigFile::Kind::python_file:
    case ConfigFile::Kind::python_module:
      return read_python.config_file(file);
  }
  return Layer();
}

// The server section of the Paste file that one of the command lines names.
Result<Layer> read_framework(Serve const& serve, Layer const& baked, ReadPython const& read_python) {
  for (auto const* layer : {&serve.command_line, &serve.environment_arguments, &baked}) {
    auto const* const paste = find_entry(*layer, "paste");
    auto const* const uri = paste ? paste->value.as<std::string>() : nullptr;
    if (uri) return read_python.paste_file(*uri);
  }
  return Layer();
}

}  // namespace

Sources read_sources(Serve const& serve, config::Machine const& machine, ReadPython const& read_python) {
  Sources sources;
  auto const got = [&]<typename T>(Result<T> read) {
    if (!read && !sources.problem) sources.problem = read.error();
    return std::move(read).value_or(T());
  };
  auto const while_well = [&](auto const& read) {
    return [&](auto const& what) { return sources.problem ? Layer() : read(what); };
  };
  ReadPython const run{while_well(read_python.config_file), while_well(read_python.paste_file)};
  auto environment = got(config::read_environment(machine.environment));
  auto baked = got(config::baked_arguments(machine.baked));
  auto file = got(config::choose_config_file(serve.command_line, serve.environment_arguments, machine));
  auto framework = got(read_framework(serve, baked, run));
  auto from_file = got(read_file(file, run));
  // A bundle's own file is among its defaults, one that is named at the start is not.
  auto from_own_file = file.is_baked ? std::exchange(from_file, {}) : Layer();
  sources.layers = {std::move(from_own_file), std::move(baked),     std::move(environment),
                    std::move(framework),     std::move(from_file), serve.environment_arguments,
                    serve.command_line};
  sources.notes = std::move(file.notes);
  return sources;
}

}  // namespace cli
