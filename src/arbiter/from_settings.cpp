#include "arbiter/from_settings.h"

#include <format>

#include "base/sys.h"
#include "metrics/slot_table.h"

namespace arbiter {
namespace {

constexpr mode_t kAll = 0777;
constexpr unsigned kMostWorkers = metrics::SlotTable::kDefaultCount / 2;  // and as many at a reload

net::PathPolicy socket_path(config::Settings const& settings, std::optional<Identity> const& identity) {
  net::PathPolicy policy;
  policy.umask = settings.unix_socket_mode ? ~*settings.unix_socket_mode & kAll : settings.umask;
  if (auto const& owner = settings.unix_socket_owner) {
    policy.user = owner->user;
    policy.group = owner->group;
  } else if (identity) {
    policy.user = identity->user;
    policy.group = identity->group;
  }
  return policy;
}

}  // namespace

base::Result<Options> options_from(config::Settings const& settings) {
  if (settings.workers.count > kMostWorkers)
    return base::failure(
        std::format("\nError: workers = {}: at most {} can be kept", settings.workers.count, kMostWorkers));
  Options options;
  options.workers = static_cast<int>(settings.workers.count);
  options.worker_class = config::effective_worker_class(settings).name;
  if (settings.bind.empty())
    return base::failure("\nError: bind = []: nobody could connect; leave it out, or name an address");
  for (auto const& bind : settings.bind) options.bind.push_back(TRY(net::Address::parse(bind)));
  options.backlog = settings.backlog;
  options.is_tls = settings.certfile || settings.keyfile;
  options.reuse_port = settings.reuse_port;
  if (settings.user && settings.group)
    options.identity = TRY(identity_of(*settings.user, *settings.group, settings.initgroups));
  options.socket_path = socket_path(settings, options.identity);
  options.timeout = settings.timeout;
  options.graceful_timeout = settings.graceful_timeout;
  options.drain_delay = settings.drain_delay;
  options.pidfile = settings.pidfile.value_or("");
  options.is_daemon = settings.daemon && base::sys::own_pid() != 1;
  return options;
}

}  // namespace arbiter
