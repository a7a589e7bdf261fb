// How many workers a machine or container can feed: what `workers = "auto"` stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/machine.h"

namespace config {

// The tightest limits in sight. Empty: none.
struct ResourceLimits {
  std::optional<unsigned> quota_cpus;   // CPU time granted per time, rounded up to whole CPUs
  std::optional<unsigned> cpuset_cpus;  // CPUs the control group may run on
  std::optional<std::uint64_t> memory;  // bytes, the machine's own at most

  bool operator==(ResourceLimits const&) const = default;
};

ResourceLimits read_limits(std::string const& root);

// A worker of a Django or Flask application takes 80 to 120 MiB of its own. Heroku reckons with 256 MiB for servers
// whose workers share nothing; ours share the interpreter and what was loaded before the fork.
constexpr std::uint64_t kMemoryPerWorker = std::uint64_t{128} << 20;

// One worker per CPU of the least of affinity, cpuset and quota, at most one per kMemoryPerWorker, at least one.
unsigned auto_workers(unsigned affinity, ResourceLimits const&);
unsigned auto_workers(Machine const&);

// Bytes that this machine or container has; nothing where that is not known.
std::optional<std::uint64_t> memory_limit(Machine const&);

}  // namespace config
