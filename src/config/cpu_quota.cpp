#include "config/cpu_quota.h"

#include <algorithm>

#include "base/strings.h"
#include "base/sys.h"
#include "config/cgroup.h"

namespace config {
namespace {

// The first line of a file, trimmed; nothing when there is no such file.
std::optional<std::string> line_of(std::string const& path) {
  auto const content = base::sys::read_file(path);
  if (!content) return std::nullopt;
  return std::string(base::trim(std::string_view(*content).substr(0, content->find('\n'))));
}

std::optional<std::uint64_t> number_in(std::string const& path) {
  auto const line = line_of(path);
  return line ? base::parse_decimal(*line) : std::nullopt;
}

template <typename T>
void tighten(std::optional<T>& limit, std::optional<T> other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

// `quota` microseconds of CPU time in each `period`.
std::optional<unsigned> whole_cpus(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<unsigned>(std::min<std::uint64_t>((*quota + *period - 1) / *period, 1u << 20));
}

// v2 says "QUOTA PERIOD" in one file, with "max" for none; v1 has two files, with -1 for none.
std::optional<unsigned> quota_of(std::string const& directory) {
  if (auto const line = line_of(directory + "/cpu.max")) {
    auto const parts = base::split(*line, ' ');
    return parts.size() == 2 ? whole_cpus(base::parse_decimal(parts[0]), base::parse_decimal(parts[1])) : std::nullopt;
  }
  return whole_cpus(number_in(directory + "/cpu.cfs_quota_us"), number_in(directory + "/cpu.cfs_period_us"));
}

// "0-3,7" is five.
std::optional<unsigned> count_cpus(std::string_view list) {
  std::uint64_t count = 0;
  for (auto const range : base::split(list, ',')) {
    auto const dash = range.find('-');
    auto const first = base::parse_decimal(range.substr(0, dash));
    auto const last = dash == range.npos ? first : base::parse_decimal(range.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    count += *last - *first + 1;
  }
  return static_cast<unsigned>(count);
}

std::optional<unsigned> cpuset_of(std::string const& directory) {
  for (auto const* file : {"/cpuset.cpus.effective", "/cpuset.effective_cpus", "/cpuset.cpus"}) {
    auto const list = line_of(directory + file);
    if (list && !list->empty()) return count_cpus(*list);
  }
  return std::nullopt;
}

// memory.high does not kill but slows down to a halt, so it limits as well.
std::optional<std::uint64_t> memory_of(std::string const& directory) {
  std::optional<std::uint64_t> limit;
  for (auto const* file : {"/memory.max", "/memory.high", "/memory.limit_in_bytes"}) {
    tighten(limit, number_in(directory + file));
  }
  return limit;
}

std::optional<std::uint64_t> physical_memory(std::string const& root) {
  auto const content = base::sys::read_file(root + "/proc/meminfo").value_or("");
  for (auto const line : base::split(content, '\n')) {
    if (!line.starts_with("MemTotal:")) continue;
    auto const words = base::split(base::trim(line.substr(9)), ' ');
    if (auto const kibibytes = base::parse_decimal(words[0])) return *kibibytes << 10;
  }
  return std::nullopt;
}

}  // namespace

ResourceLimits read_limits(std::string const& root) {
  ResourceLimits limits;
  for (auto const& directory : cgroup_directories(root, "cpu")) tighten(limits.quota_cpus, quota_of(directory));
  for (auto const& directory : cgroup_directories(root, "cpuset")) tighten(limits.cpuset_cpus, cpuset_of(directory));
  for (auto const& directory : cgroup_directories(root, "memory")) tighten(limits.memory, memory_of(directory));
  tighten(limits.memory, physical_memory(root));
  return limits;
}

unsigned auto_workers(unsigned affinity, ResourceLimits const& limits) {
  std::uint64_t workers = affinity;
  workers = std::min<std::uint64_t>(workers, limits.quota_cpus.value_or(affinity));
  workers = std::min<std::uint64_t>(workers, limits.cpuset_cpus.value_or(affinity));
  if (limits.memory) workers = std::min(workers, *limits.memory / kMemoryPerWorker);
  return static_cast<unsigned>(std::max<std::uint64_t>(workers, 1));
}

std::optional<std::uint64_t> memory_limit(Machine const& machine) {
  return read_limits(machine.root).memory;
}

unsigned auto_workers(Machine const& machine) {
  return auto_workers(machine.affinity, read_limits(machine.root));
}

}  // namespace config
