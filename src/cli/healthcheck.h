// `monoceros healthcheck`: is the server next to me well? For HEALTHCHECK of an image that has no curl.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "config/machine.h"

namespace cli {

struct Healthcheck {
  std::optional<std::string> address;  // as `bind` takes it
  bool is_tls = false;
  std::string path = "/";
  std::chrono::seconds timeout{5};
};

// [-b|--bind ADDRESS] [--tls] [--path PATH] [-t|--timeout SECONDS]
base::Result<Healthcheck> parse_healthcheck(std::span<std::string const> words);

// Where to knock: the address asked for, else the first one that the server beside us binds to by GUNICORN_CMD_ARGS,
// ./monoceros.toml or PORT (a Python config is not run for this), else port 8000. An address that means "all of this
// machine" becomes the loopback one.
std::string address_to_check(Healthcheck const&, config::Machine const&);

// Whether to speak TLS there: when asked to, and where those sources name a certfile.
bool speaks_tls(Healthcheck const&, config::Machine const&);

}  // namespace cli
