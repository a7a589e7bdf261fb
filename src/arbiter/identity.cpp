#include "arbiter/identity.h"

#include <format>

#include "base/sys.h"

namespace arbiter {

base::Result<void> Identity::assume() const {
  auto const explained = [this](base::Error const& error) {
    return base::Error(std::format("user: cannot run as user {} and group {}: {} (start the server as root, or leave "
                                   "user, group and initgroups out)",
                                   user, group, error.message()),
                       error.code());
  };
  auto const change = [this]() -> base::Result<void> {
    if (groups) TRY_VOID(base::sys::set_groups(*groups));
    TRY_VOID(base::sys::set_group(group));
    return base::sys::set_user(user);
  };
  return change().transform_error(explained);
}

base::Result<std::optional<Identity>> identity_of(uid_t user, gid_t group, bool all_groups) {
  bool const changes_user = user != base::sys::effective_user();
  if (!changes_user && group == base::sys::effective_group() && !all_groups) return std::nullopt;
  Identity identity{.user = user, .group = group};
  if (all_groups) {
    auto groups = base::sys::groups_of(user, group);
    if (!groups) {
      return base::failure(
          std::format("\nError: initgroups: {}, so its groups are unknown (add it to /etc/passwd, or "
                      "leave initgroups out)",
                      groups.error().message()));
    }
    identity.groups = std::move(*groups);
  } else if (changes_user) {
    identity.groups = {group};
  }
  return identity;
}

}  // namespace arbiter
