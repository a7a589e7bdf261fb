// Who is at the ends of a connection, as CGI variables name them (RFC 3875).
#pragma once

#include <string>

namespace http {

struct Peer {
  std::string address;  // empty for a unix socket
  std::string port;     // empty for a unix socket
  bool is_trusted = false;
};

struct LocalEnd {
  std::string name;  // SERVER_NAME; empty for a unix socket
  std::string port;
  std::string text;  // for people: "127.0.0.1:8000", "unix:/run/app.sock"
};

}  // namespace http
