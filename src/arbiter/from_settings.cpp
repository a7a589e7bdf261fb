#include "arbiter/from_settings.h"

namespace arbiter {

base::Result<Options> options_from(config::Settings const& settings) {
  Options options;
  options.workers = static_cast<int>(settings.workers.count);
  options.worker_class = config::effective_worker_class(settings).name;
  for (auto const& bind : settings.bind) options.bind.push_back(TRY(net::Address::parse(bind)));
  options.backlog = settings.backlog;
  options.reuse_port = settings.reuse_port;
  options.umask = settings.umask;
  options.timeout = settings.timeout;
  options.graceful_timeout = settings.graceful_timeout;
  options.pidfile = settings.pidfile.value_or("");
  options.is_daemon = settings.daemon;
  return options;
}

}  // namespace arbiter
