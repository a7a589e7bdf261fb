#include "python/virtual_environment.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <format>

#include "python/api.h"

namespace python {
namespace {

using Path = std::filesystem::path;

Path absolute(std::string const& path) {
  std::error_code error;
  auto const whole = std::filesystem::absolute(path, error).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// Its `python` may be another interpreter, or a link into a file system that was left behind.
std::string python_of(Path const& folder, std::string const& program) {
  auto const python = folder / "bin" / "python";
  std::error_code error;
  return std::filesystem::canonical(python, error) == program ? python.string() : "";
}

}  // namespace

std::optional<VirtualEnvironment> environment_around(std::string const& called, std::string const& program) {
  auto const path = absolute(called);
  auto const folder = path.parent_path().parent_path();
  if (::access((folder / "pyvenv.cfg").c_str(), R_OK) != 0) return std::nullopt;
  bool const is_python = path.filename().string().starts_with("python");
  return VirtualEnvironment{folder, is_python ? path.string() : python_of(folder, program)};
}

std::optional<VirtualEnvironment> active_environment(std::string const& program) {
  auto const* const named = ::getenv("VIRTUAL_ENV");
  if (!named || !*named) return std::nullopt;
  auto const folder = absolute(named);
  auto const packages = std::format("lib/python{}.{}/site-packages", PY_MAJOR_VERSION, PY_MINOR_VERSION);
  if (::access((folder / packages).c_str(), X_OK) != 0) return std::nullopt;
  return VirtualEnvironment{folder, python_of(folder, program)};
}

}  // namespace python
