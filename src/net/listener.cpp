#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <format>

#include "base/sys.h"

namespace net {
namespace {

// Frees the path for a new socket, if it is a socket that lies there.
base::Result<void> clear_path(std::string const& path) {
  auto const kind = TRY(base::sys::kind_of(path));
  if (!kind) return {};
  if (*kind != base::sys::FileKind::socket) {
    return base::failure(std::format("'{}' is not a socket (remove it or choose another path)", path));
  }
  return base::sys::unlink(path);
}

base::Result<void> bind_path(base::Fd const& socket, SocketAddress const& address, PathPolicy const& policy) {
  TRY_VOID(clear_path(address.path()));
  auto const previous = base::sys::set_umask(policy.umask);
  auto const bound = base::sys::bind(socket, address.raw(), address.size());
  base::sys::set_umask(previous);
  if (!bound || (!policy.user && !policy.group)) return bound;
  auto const given = base::sys::set_owner(address.path(), policy.user.value_or(-1), policy.group.value_or(-1));
  if (!given) return std::unexpected(given.error().within("cannot change its owner"));
  return {};
}

// Seconds that a connection may stay with the kernel until the client has said something (tcp(7), TCP_DEFER_ACCEPT):
// who is woken for it has something to do, and is not woken twice. Here the client always speaks first.
constexpr int kDeferred = 1;

base::Result<void> bind_port(base::Fd const& socket, SocketAddress const& address, ReusePort reuse_port) {
  // Where the kernel chooses the port, only once it has: it would give one port to two that both may reuse it, and the
  // second could not listen.
  auto const reuse_address = [&] { return base::sys::set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1); };
  if (address.port() != 0) TRY_VOID(reuse_address());
  // What the kernel still has is lost with the socket, and the socket with its worker: nothing is deferred there.
  if (reuse_port == ReusePort::yes)
    TRY_VOID(base::sys::set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1));
  else
    (void)base::sys::set_option(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, kDeferred);
  // Connections inherit it.
  TRY_VOID(base::sys::set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1));
  TRY_VOID(base::sys::bind(socket, address.raw(), address.size()));
  return reuse_address();
}

}  // namespace

base::Result<Listener> Listener::bind(Address const& address, ListenOptions const& options) {
  switch (address.kind()) {
    case Address::Kind::tcp:
      return bind_to(TRY(SocketAddress::resolve(address.host(), address.port())), options);
    case Address::Kind::path:
      return bind_to(TRY(SocketAddress::of_path(address.path())), options);
    case Address::Kind::inherited:
      break;
  }
  // Looked at before it is ours: a wrong number may well be standard output.
  auto const kind = base::sys::kind_of(address.descriptor());
  if (!kind || *kind != base::sys::FileKind::socket) {
    return base::failure(std::format("{} is not a socket that this process was started with", address.to_string()));
  }
  return adopt(base::Fd(address.descriptor()), options.backlog);
}

base::Result<Listener> Listener::reserve(Address const& address, ListenOptions const& options) {
  return reserve_at(TRY(SocketAddress::resolve(address.host(), address.port())), options);
}

base::Result<void> Listener::try_bind(Address const& address, ListenOptions const& options) {
  if (address.kind() != Address::Kind::tcp) return {};
  auto const resolved = TRY(SocketAddress::resolve(address.host(), address.port()));
  TRY_VOID(bound_socket(resolved, options));
  return {};
}

base::Result<base::Fd> Listener::bound_socket(SocketAddress const& address, ListenOptions const& options) {
  auto socket = TRY(base::sys::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK));
  if (address.is_unix()) {
    TRY_VOID(bind_path(socket, address, options.path));
  } else {
    TRY_VOID(bind_port(socket, address, options.reuse_port));
  }
  return socket;
}

base::Result<Listener> Listener::bind_to(SocketAddress const& address, ListenOptions const& options) {
  auto listener = TRY(reserve_at(address, options));
  TRY_VOID(listener.listen(options.backlog));
  return listener;
}

base::Result<Listener> Listener::reserve_at(SocketAddress const& address, ListenOptions const& options) {
  auto socket = TRY(bound_socket(address, options));
  auto local = TRY(SocketAddress::local_of(socket.get()));
  Listener listener(std::move(socket), std::move(local));
  if (!address.is_unix()) listener.reuse_port_ = options.reuse_port;
  if (address.is_unix()) listener.own_path_ = TRY(base::sys::identity_of(address.path()));
  return listener;
}

base::Result<Listener> Listener::adopt(base::Fd socket, int backlog) {
  if (TRY(base::sys::get_option(socket, SOL_SOCKET, SO_TYPE)) != SOCK_STREAM) {
    return base::failure(std::format("descriptor {} is not a stream socket", socket.get()));
  }
  TRY_VOID(base::sys::set_nonblocking(socket.get()));
  TRY_VOID(base::sys::set_close_on_exec(socket.get()));
  auto local = TRY(SocketAddress::local_of(socket.get()));
  if (!local.is_unix()) TRY_VOID(base::sys::set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1));
  TRY_VOID(base::sys::listen(socket, backlog));
  return Listener(std::move(socket), std::move(local));
}

base::Result<std::optional<base::Fd>> Listener::accept(SocketAddress& peer) const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto accepted = TRY(base::sys::accept(descriptor(), &storage, &size));
  if (accepted) peer = SocketAddress(storage, size);
  return accepted;
}

std::string Listener::url(bool is_tls) const {
  if (local_.is_unix()) return local_.to_string();
  return (is_tls ? "https://" : "http://") + local_.to_string();
}

bool Listener::is_bound_to(Address const& address) const {
  switch (address.kind()) {
    case Address::Kind::inherited:
      return address.descriptor() == descriptor();
    case Address::Kind::path:
      return local_.is_unix() && local_.path() == address.path();
    case Address::Kind::tcp:
      break;
  }
  auto const wanted = SocketAddress::resolve(address.host(), address.port());
  if (!wanted || local_.is_unix() || wanted->host() != local_.host()) return false;
  return address.port() == 0 || address.port() == local_.port();
}

void Listener::stop_deferring() {
  if (!local_.is_unix()) (void)base::sys::set_option(socket_, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
}

void Listener::own_path() {
  if (!local_.is_unix() || local_.path().empty()) return;
  if (auto const identity = base::sys::identity_of(local_.path())) own_path_ = *identity;
}

void Listener::remove_path() {
  if (!own_path_) return;
  auto const present = base::sys::identity_of(local_.path());
  if (present && *present == own_path_) (void)base::sys::unlink(local_.path());
  own_path_.reset();
}

}  // namespace net
