// What a worker is to be, in its own terms: made from the settings by the arbiter's process, carried out in the child.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "log/access_format.h"
#include "python/asgi/event_loop.h"
#include "python/asgi/scope.h"
#include "python/wsgi/application.h"
#include "tls/tickets.h"
#include "worker/core.h"
#include "worker/reloader.h"

namespace worker {

struct Plan {
  CoreOptions core;
  unsigned lanes = 1;
  std::uint64_t max_requests = 0;  // 0: no limit
  std::uint64_t max_requests_jitter = 0;
  base::Duration graceful_timeout = std::chrono::seconds(30);
  base::Duration request_timeout = {};  // the worker's own; zero: the arbiter's business
  base::Duration heartbeat = std::chrono::seconds(1);
  logging::AccessFormat access_format;
  python::wsgi::EnvironOptions environ;
  struct Asgi {
    python::asgi::EventLoop::Kind loop;
    python::asgi::EventLoop::Lifespan lifespan;
    python::asgi::ScopeOptions scope;
    base::Duration disconnect_grace;
  };
  std::optional<Asgi> asgi;  // instead of WSGI
  bool sendfile = true;
  std::string sendfile_root;         // empty: none
  std::string server = "monoceros";  // the Server field of responses

  // For developing.
  bool reload = false;
  Reloader::Engine reload_engine = Reloader::Engine::auto_detect;
  std::vector<std::string> reload_extra_files;  // paths and patterns
  bool spew = false;
};

// The error names the setting that cannot be carried out.
// `tickets`: those of all generations of workers.
base::Result<Plan> make_plan(config::Settings const&, std::shared_ptr<tls::Tickets> const& tickets);

}  // namespace worker
