// Where to send to, as `syslog_addr` and `statsd_host` say it:
//   udp://HOST:PORT  tcp://HOST:PORT               without PORT the usual one
//   unix://PATH  unix:PATH                         a datagram socket, or else a stream
//   unix://PATH#dgram  unix://PATH#stream          the one or the other first
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/remote_socket.h"
#include "base/result.h"

namespace net {

class RemoteAddress {
 public:
  // Fails in one sentence that quotes what was written.
  static base::Result<RemoteAddress> parse(std::string_view text, std::uint16_t usual_port);

  // Asks the resolver where the host is a name, and waits for its answer.
  base::Result<base::Peer> resolve() const;

  // "udp://127.0.0.1:514", "unix:/dev/log"
  std::string to_string() const;

 private:
  RemoteAddress() = default;
  base::Result<void> parse_host(std::string_view text, std::uint16_t usual_port);
  void parse_path(std::string_view text);

  std::string scheme_;  // "udp", "tcp", "unix"
  std::string host_;    // or path
  std::uint16_t port_ = 0;
  std::vector<int> types_;
};

}  // namespace net
