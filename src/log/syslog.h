// Lines for a syslog server, as Gunicorn's users filter them:
//
//   <14>gunicorn.PROGRAM.error: [2662] Booting worker with pid: 2662
//
// The number is facility * 8 + severity (RFC 5424 section 6.2.1). A datagram ends in NUL, and so does a line on a unix
// stream, as syslog(3) has it; a line on TCP ends in LF (RFC 6587 section 3.4.2), and line ends within it become #012.
//
// Any thread may write, nobody waits: what the server does not take is lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/remote_socket.h"
#include "log/level.h"

namespace logging {

// The code of "user", "local0", ...; nothing for a word that names no facility.
std::optional<int> parse_facility(std::string_view name);

class Syslog {
 public:
  enum class Channel { error, access };

  struct Options {
    base::Peer peer = {};
    std::string program = {};  // "gunicorn.NAME"
    int facility = 1;
    bool takes_access = true;
  };

  explicit Syslog(Options options);

  // Whether anybody listens at the moment.
  base::Result<void> connect() { return socket_.connect(); }
  bool takes_access() const { return takes_access_; }

  // False when the line is lost.
  bool write(Channel channel, Level level, std::string_view message);

 private:
  std::string const error_head_, access_head_;  // "gunicorn.NAME.error: ["
  int const facility_;
  bool const takes_access_;
  bool const is_line_;  // on TCP
  base::RemoteSocket socket_;
};

}  // namespace logging
