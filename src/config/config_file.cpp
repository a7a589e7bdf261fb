#include "config/config_file.h"

#include <filesystem>

#include "config/refusal.h"

namespace config {
namespace {

namespace fs = std::filesystem;
using Kind = ConfigFile::Kind;

constexpr std::string_view kPython = "gunicorn.conf.py";
constexpr std::string_view kToml = "monoceros.toml";

std::string absolute(std::string_view path, Machine const& machine) {
  return (fs::path(machine.working_directory) / path).string();
}

bool exists(std::string_view path, Machine const& machine) {
  std::error_code error;
  return fs::exists(absolute(path, machine), error);
}

bool is_folder(std::string_view path, Machine const& machine) {
  std::error_code error;
  return fs::is_directory(absolute(path, machine), error);
}

ConfigFile file_at(std::string_view path, Machine const& machine) {
  auto const kind = path.ends_with(".toml") ? Kind::toml : Kind::python_file;
  return {kind, std::string(path), absolute(path, machine), {}};
}

std::string_view named_in(Layer const& layer) {
  auto const* const entry = find_entry(layer, "config");
  auto const* const text = entry ? entry->value.as<std::string>() : nullptr;
  return text ? *text : std::string_view();
}

base::Result<ConfigFile> named(std::string_view location, Machine const& machine) {
  constexpr std::string_view kModule = "python:";
  constexpr std::string_view kFile = "file:";
  if (location.starts_with(kModule)) {
    auto const module = location.substr(kModule.size());
    return ConfigFile{Kind::python_module, std::string(location), std::string(module), {}};
  }
  auto const path = location.starts_with(kFile) ? location.substr(kFile.size()) : location;
  if (!exists(path, machine)) return refuse(repr(path) + " doesn't exist");
  if (is_folder(path, machine)) return refuse(repr(path) + " is a directory; name the configuration file in it");
  auto file = file_at(path, machine);
  if (file.kind == Kind::python_file && !path.ends_with(".py") && !path.ends_with(".pyc")) {
    file.notes.push_back(file.name + ": configuration file should have a valid Python extension.");
  }
  return file;
}

ConfigFile baked(Machine const& machine) {
  auto file = file_at(machine.baked.config_file, machine);
  file.is_baked = true;
  return file;
}

ConfigFile found_by_itself(Machine const& machine) {
  bool const has_toml = exists(kToml, machine);
  if (!exists(kPython, machine)) return has_toml ? file_at(kToml, machine) : ConfigFile{};
  auto file = file_at(kPython, machine);
  if (has_toml) {
    file.notes.push_back(
        "both gunicorn.conf.py and monoceros.toml are here: gunicorn.conf.py is read "
        "(-c monoceros.toml chooses the other)");
  }
  return file;
}

}  // namespace

base::Result<ConfigFile> choose_config_file(Layer const& command_line, Layer const& environment_arguments,
                                            Machine const& machine) {
  if (auto const location = named_in(command_line); !location.empty()) return named(location, machine);
  if (auto const location = named_in(environment_arguments); !location.empty()) return named(location, machine);
  return machine.baked.config_file.empty() ? found_by_itself(machine) : baked(machine);
}

}  // namespace config
