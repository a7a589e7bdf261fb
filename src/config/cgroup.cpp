#include "config/cgroup.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "base/sys.h"

namespace config {
namespace {

// One mounted hierarchy: the part of it below `group` is seen at `point`.
struct Mount {
  std::string group;
  std::string point;
  bool is_v2 = false;
};

// mountinfo writes a blank, tab, newline or backslash of a path as three octal digits.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

bool lists(std::string_view comma_list, std::string_view word) {
  return std::ranges::contains(base::split(comma_list, ','), word);
}

// A line is "id parent device GROUP POINT options [tags] - TYPE source SUPER_OPTIONS" (proc_pid_mountinfo(5)).
std::optional<Mount> parse_mount(std::string_view line, std::string_view controller) {
  auto const dash = line.find(" - ");
  if (dash == line.npos) return std::nullopt;
  auto const place = base::split(line.substr(0, dash), ' ');
  auto const type = base::split(line.substr(dash + 3), ' ');
  if (place.size() < 5 || type.size() < 3) return std::nullopt;
  bool const is_v2 = type[0] == "cgroup2";
  if (!is_v2 && (type[0] != "cgroup" || !lists(type[2], controller))) return std::nullopt;
  return Mount{unescape(place[3]), unescape(place[4]), is_v2};
}

// A line is "number:CONTROLLERS:PATH"; v2 is number 0 without controllers (cgroups(7)).
std::optional<std::string_view> path_in(std::string_view line, std::string_view controller, bool is_v2) {
  auto const first = line.find(':');
  auto const second = line.find(':', first + 1);
  if (first == line.npos || second == line.npos) return std::nullopt;
  auto const controllers = line.substr(first + 1, second - first - 1);
  if (is_v2 ? !controllers.empty() : !lists(controllers, controller)) return std::nullopt;
  return line.substr(second + 1);
}

// `path` as seen below the mount; empty when it lies outside, as it may in a container without a cgroup namespace.
std::string below(Mount const& mount, std::string_view path) {
  if (mount.group != "/") {
    bool const inside =
        path.starts_with(mount.group) && (path.size() == mount.group.size() || path[mount.group.size()] == '/');
    if (!inside) return {};
    path.remove_prefix(mount.group.size());
  }
  if (path.contains("/..")) return {};
  return path == "/" ? std::string() : std::string(path);
}

void append_ancestry(std::vector<std::string>& directories, std::string const& point, std::string below_point) {
  for (;;) {
    directories.push_back(point + below_point);
    if (below_point.empty()) return;
    below_point.resize(below_point.rfind('/'));
  }
}

}  // namespace

std::vector<std::string> cgroup_directories(std::string const& root, std::string_view controller) {
  auto const mounts = base::sys::read_file(root + "/proc/self/mountinfo").value_or("");
  auto const groups = base::sys::read_file(root + "/proc/self/cgroup").value_or("");
  std::vector<std::string> directories;
  for (auto const mount_line : base::split(mounts, '\n')) {
    auto const mount = parse_mount(mount_line, controller);
    if (!mount) continue;
    for (auto const group_line : base::split(groups, '\n')) {
      auto const path = path_in(group_line, controller, mount->is_v2);
      if (path) append_ancestry(directories, root + mount->point, below(*mount, *path));
    }
  }
  return directories;
}

}  // namespace config
