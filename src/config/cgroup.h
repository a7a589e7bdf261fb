// Where the kernel keeps the limits of this process: the directories of its control groups, v1 and v2 (or both at
// once, as on hybrid systems), from its own group up to the outermost one it can see. A limit of any of them holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace config {

// `root` is put before /proc and /sys. `controller` ("cpu", "memory", "cpuset") picks the hierarchies of v1; that of
// v2 is always among the answer, since a directory there says by its files which controllers it has.
std::vector<std::string> cgroup_directories(std::string const& root, std::string_view controller);

}  // namespace config
