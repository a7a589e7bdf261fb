// A listening stream socket, non-blocking. Owned by the arbiter and inherited by workers across fork (or, with
// ReusePort, bound by each worker for itself); accept() is called by one loop thread at a time. Destroying it closes
// the descriptor, not the path of a unix socket.
#pragma once

#include <optional>

#include "base/fd.h"
#include "base/sys.h"
#include "net/address.h"
#include "net/socket_address.h"

namespace net {

enum class ReusePort { no, yes };

// How the path of a unix socket comes into the file system.
struct PathPolicy {
  mode_t umask = 0;  // what it lacks of 0777
  std::optional<uid_t> user = {};
  std::optional<gid_t> group = {};
};

struct ListenOptions {
  int backlog = 2048;
  ReusePort reuse_port = ReusePort::no;
  PathPolicy path = {};
};

class Listener {
 public:
  // Binds, or for fd:// takes the descriptor over. A unix path that is a socket already is replaced; anything else
  // there is left alone and refused. The error's code() is that of the call that failed (EADDRINUSE: somebody else
  // listens there).
  static base::Result<Listener> bind(Address const&, ListenOptions const& = {});

  // Binds a port without listening on it yet: with ReusePort the kernel gives connections to all who listen, also to
  // one who is not ready to take them.
  static base::Result<Listener> reserve(Address const&, ListenOptions const&);
  base::Result<void> listen(int backlog) const { return base::sys::listen(socket_, backlog); }

  // Whether bind() would succeed, without listening for a moment: with ReusePort connections would come, and be lost.
  static base::Result<void> try_bind(Address const&, ListenOptions const&);

  // A socket that is bound already, from a service manager.
  static base::Result<Listener> adopt(base::Fd socket, int backlog);

  // Empty when nobody waits. The connection is non-blocking and has TCP_NODELAY; `peer` tells who it is.
  base::Result<std::optional<base::Fd>> accept(SocketAddress& peer) const;

  int descriptor() const { return socket_.get(); }
  // Others may listen on the same port with sockets of their own.
  bool reuses_port() const { return reuse_port_ == ReusePort::yes; }
  // What the kernel bound: the port is a real one even where 0 was asked for.
  SocketAddress const& local() const { return local_; }
  // As the log shows it: "http://127.0.0.1:8000", "unix:/run/app.sock".
  std::string url(bool is_tls = false) const;

  // Whether this is the socket that bind(address) would make. Asks the resolver for names.
  bool is_bound_to(Address const& address) const;

  // From now on a connection is there as soon as it is made. Until then one whose client has not said anything may stay
  // with the kernel for a second (not with ReusePort, nor on a socket from elsewhere), and is lost with the socket.
  void stop_deferring();
  // Before the end: what waits is not added to, but for one at a time. Who connects meanwhile tries again, and is let
  // in or refused.
  void stop_queueing() { (void)base::sys::stop_queueing(descriptor()); }

  // Whose business the path of a unix socket is: bind() makes it ours, adopt() leaves it with whoever made it.
  void own_path();
  void disown_path() { own_path_.reset(); }
  // Takes our path out of the file system, unless somebody else's socket has replaced it since.
  void remove_path();

 private:
  Listener(base::Fd socket, SocketAddress local) : socket_(std::move(socket)), local_(std::move(local)) {}

  static base::Result<base::Fd> bound_socket(SocketAddress const&, ListenOptions const&);
  static base::Result<Listener> reserve_at(SocketAddress const&, ListenOptions const&);
  static base::Result<Listener> bind_to(SocketAddress const&, ListenOptions const&);

  base::Fd socket_;
  SocketAddress local_;
  ReusePort reuse_port_ = ReusePort::no;
  std::optional<base::sys::FileIdentity> own_path_;
};

}  // namespace net
