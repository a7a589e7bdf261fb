// Where connections come in: the sockets on which the kernel queues them, and the relay from other workers. Knows
// nothing of those that are in. Used by the leader of the core alone.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/result.h"
#include "http/connection.h"
#include "log/log.h"
#include "net/epoll.h"
#include "worker/core_options.h"
#include "worker/relay.h"

namespace worker {

struct ListeningSocket {
  int descriptor;
  http::LocalEnd local;
  // Nobody else takes what is queued on it (reuse_port): when this worker goes, so does the socket.
  bool is_own = false;
};

class Entrance {
 public:
  // `sockets` are not owned. What else is given outlives the entrance, and that and the pool every connection.
  Entrance(std::vector<ListeningSocket> sockets, CoreOptions const& options, http::BufferPool& buffers,
           logging::Log& log)
      : sockets_(std::move(sockets)), options_(options), buffers_(buffers), log_(log) {}

  // Null: connections come from nowhere else. Before the first watch().
  void share_by(Relay const* relay) { relay_ = relay; }
  bool is_shared() const { return relay_ != nullptr; }

  std::vector<ListeningSocket> const& sockets() const { return sockets_; }

  // Whether events tell of what waits, at a socket (Tag::listener) or in the relay.
  void watch(net::Epoll& epoll, bool wanted);
  bool is_watched() const { return is_watched_; }

  // The next that is queued on one of the sockets; null: there is none. The error is of accept(2).
  base::Result<std::unique_ptr<http::Connection>> accept(ListeningSocket const& socket);
  // The kernel queues nothing more on those that are this worker's own than is already; nothing at all once they are
  // closed.
  void stop_queueing();
  void close();

  // The next from the relay, with the request it brings; null: there is none.
  std::unique_ptr<http::Connection> take_relayed();
  // Sends one there. False: it cannot move; after true it is to be closed here.
  bool relay(http::Connection& connection) const { return relay_ && relay_->send(connection); }

 private:
  std::unique_ptr<http::Connection> make(http::Transport transport, http::Peer peer, http::LocalEnd const& local) const;
  http::LocalEnd const& local_end(http::LocalEnd const& wanted);

  std::vector<ListeningSocket> sockets_;
  CoreOptions const& options_;
  http::BufferPool& buffers_;
  logging::Log& log_;
  Relay const* relay_ = nullptr;
  bool is_watched_ = false;
  std::deque<http::LocalEnd> strange_ends_;  // of connections that came by the relay, from listeners of another time
};

}  // namespace worker
