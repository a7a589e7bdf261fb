// What the arbiter needs to know of the configuration, in its own terms; main fills it from the settings.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arbiter/identity.h"
#include "base/clock.h"
#include "net/address.h"
#include "net/listener.h"

namespace arbiter {

// How long to wait before a worker is started after others died young; see Backoff.
struct BackoffPolicy {
  base::Duration first = std::chrono::milliseconds(500);
  base::Duration longest = std::chrono::seconds(10);
  // A worker that lived for so long was in order: its death says nothing about the next one.
  base::Duration healthy_after = std::chrono::seconds(10);
  // The same for one that got as far as to serve.
  base::Duration healthy_after_serving = std::chrono::seconds(1);
};

struct Options {
  // What main made these options from, for main to recognise; see Collaborators::in_force.
  std::shared_ptr<void const> origin = nullptr;

  int workers = 1;
  std::string worker_class = "sync";  // for the log only

  std::vector<net::Address> bind = {};
  int backlog = 2048;
  bool reuse_port = false;  // each worker binds for itself
  net::PathPolicy socket_path = {};
  bool is_tls = false;  // for the log only

  base::Duration timeout = std::chrono::seconds(30);  // 0: workers are never timed out
  base::Duration graceful_timeout = std::chrono::seconds(30);
  base::Duration drain_delay = base::Duration::zero();  // between TERM and the end that it begins

  std::optional<Identity> identity = {};  // of workers; none: the arbiter's own

  std::string pidfile = "";  // empty: none
  bool is_daemon = false;

  // From here on: no setting of Gunicorn's, and seldom worth changing.

  // Between a stuck worker's SIGABRT, on which it reports its stacks, and its SIGKILL.
  base::Duration abort_grace = std::chrono::seconds(1);
  // What a shutdown that was hastened by INT or QUIT still gives the workers.
  base::Duration quick_timeout = std::chrono::seconds(2);
  int bind_attempts = 5;
  base::Duration bind_pause = std::chrono::seconds(1);
  BackoffPolicy backoff = {};
};

}  // namespace arbiter
