// `monoceros healthcheck`: is the server next to me well? For HEALTHCHECK of an image that has no curl.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

struct Target {
  std::string address;
  bool is_tls = false;
  std::string_view hint;  // for who gets no answer there; empty where somebody named the address
};

// Where to knock, and how: the address asked for, else the first one that the server beside us binds to by its own
// sources (a Python config is not run for this), else port 8000. An address that means "all of this machine" becomes
// the loopback one. TLS is spoken when asked for, and where those sources name a certfile.
Target target(Healthcheck const&, config::Machine const&);

}  // namespace cli
