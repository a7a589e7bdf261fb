// Who is at the ends of a connection, as CGI variables name them (RFC 3875).
#pragma once

#include <memory>
#include <string>

#include "http/proxy_protocol.h"

namespace http {

struct Peer {
  std::string address = {};   // empty for a unix socket
  std::string port = {};      // empty for a unix socket
  bool is_trusted = false;    // its word about clients counts (forwarded_allow_ips)
  bool may_announce = false;  // it may speak the PROXY protocol (proxy_allow_ips)
  // What it announced; address and port are then those of whom it spoke for.
  std::shared_ptr<Announcement const> announcement = nullptr;
};

struct LocalEnd {
  std::string name;  // SERVER_NAME; empty for a unix socket
  std::string port;
  std::string text;  // for people: "127.0.0.1:8000", "unix:/run/app.sock"
};

}  // namespace http
