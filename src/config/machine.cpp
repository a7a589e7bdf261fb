#include "config/machine.h"

#include <sched.h>
#include <unistd.h>

#include <filesystem>

namespace config {
namespace {

namespace fs = std::filesystem;

Environment environment_of_process() {
  Environment environment;
  for (char** variable = environ; variable && *variable; ++variable) {
    std::string_view const text(*variable);
    auto const equals = text.find('=');
    // The first of two variables of one name counts, as for getenv().
    if (equals != text.npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// $PWD where it names this directory: it keeps the symbolic links that a deployment switches over.
std::string directory_of_process(Environment const& environment) {
  std::error_code error;
  auto const physical = fs::current_path(error);
  auto const logical = environment.find("PWD");
  if (logical != environment.end() && logical->second.starts_with('/') && fs::equivalent(logical->second, ".", error)) {
    return logical->second;
  }
  return physical.empty() ? "/" : physical.string();
}

unsigned allowed_cpus() {
  cpu_set_t set;
  // More CPUs than a cpu_set_t holds is the one way to fail; then none of them is likely to be forbidden.
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN));
  return static_cast<unsigned>(CPU_COUNT(&set));
}

}  // namespace

Machine Machine::this_one() {
  auto environment = environment_of_process();
  auto directory = directory_of_process(environment);
  return {.working_directory = std::move(directory),
          .user = ::geteuid(),
          .group = ::getegid(),
          .affinity = allowed_cpus(),
          .root = {},
          .environment = std::move(environment),
          .baked = {}};
}

}  // namespace config
