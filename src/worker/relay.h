// Connections on their way from a worker that has no time for them to one that has: each with the request that was read
// from it, over a pair of sockets that all workers of one arbiter share (SCM_RIGHTS, unix(7)). Whoever is idle takes
// the next, the sender itself perhaps; one that is not taken outlives its sender.
//
// Made before the workers are forked. Both calls may be made by any thread and never wait.
#pragma once

#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "http/connection.h"
#include "http/peer.h"

namespace worker {

class Relay {
 public:
  static base::Result<Relay> create();

  // Readable when a connection waits.
  int descriptor() const { return take_.get(); }

  // False: it stays where it is, because it cannot move (TLS; a large content) or too many are on their way. After true
  // it is to be closed here.
  bool send(http::Connection& connection) const;

  struct Arrival {
    base::Fd socket;
    http::Peer peer;
    http::LocalEnd local;
    std::string received;  // the request, and what came behind it
  };
  // Nothing: somebody else was faster.
  std::optional<Arrival> take() const;

 private:
  Relay(base::Fd give, base::Fd take) : give_(std::move(give)), take_(std::move(take)) {}

  base::Fd give_;
  base::Fd take_;
};

}  // namespace worker
