#include "worker/entrance.h"

#include <algorithm>

#include "base/sys.h"
#include "net/socket_address.h"
#include "worker/event_subject.h"

namespace worker {
namespace {

using http::Connection;

http::Peer describe(sockaddr_storage const& address, socklen_t size, CoreOptions const& options) {
  net::SocketAddress const socket_address(address, size);
  http::Peer peer;
  peer.is_trusted = options.trusted_peers.contains(address);
  peer.may_announce = options.announcing_peers.contains(address);
  if (socket_address.is_unix()) return peer;
  peer.address = socket_address.host();
  peer.port = std::to_string(socket_address.port());
  return peer;
}

}  // namespace

// Level-triggered and exclusive: of the workers that wait on a socket the kernel wakes one, and one that is busy with
// an application does not wait, so a connection goes to somebody who has time.
void Entrance::watch(net::Epoll& epoll, bool wanted) {
  if (wanted == is_watched_) return;
  is_watched_ = wanted;
  auto const change = [&](int descriptor, void* subject) {
    if (wanted)
      (void)epoll.add(descriptor, EPOLLIN | EPOLLEXCLUSIVE, subject);
    else
      epoll.remove(descriptor);
  };
  for (auto const& socket : sockets_) change(socket.descriptor, tagged(&socket, Tag::listener));
  if (relay_) change(relay_->descriptor(), tagged(nullptr, Tag::relay));
}

base::Result<std::unique_ptr<Connection>> Entrance::accept(ListeningSocket const& listener) {
  for (;;) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto socket = TRY(base::sys::accept(listener.descriptor, &address, &size));
    if (!socket) return nullptr;
    std::unique_ptr<tls::Session> session;
    if (options_.certificates) {
      auto made = tls::Session::create(options_.certificates->current(), socket->get());
      if (!made) {
        log_.error("{}", made.error().message());
        continue;
      }
      session = std::move(*made);
    }
    auto accepted = make(http::Transport(std::move(*socket), std::move(session)), describe(address, size, options_),
                         listener.local);
    if (options_.proxy_protocol != http::ProxyProtocol::off) accepted->expect_announcement(options_.proxy_protocol);
    return accepted;
  }
}

void Entrance::stop_queueing() {
  for (auto const& socket : sockets_) {
    if (socket.is_own) (void)base::sys::stop_queueing(socket.descriptor);
  }
}

void Entrance::close() {
  for (auto const& socket : sockets_) {
    if (socket.is_own) (void)base::sys::stop_listening(socket.descriptor);
  }
}

std::unique_ptr<Connection> Entrance::take_relayed() {
  auto arrival = relay_ ? relay_->take() : std::nullopt;
  if (!arrival) return nullptr;
  auto arrived =
      make(http::Transport(std::move(arrival->socket), nullptr), std::move(arrival->peer), local_end(arrival->local));
  arrived->begin_with(arrival->received);
  return arrived;
}

std::unique_ptr<Connection> Entrance::make(http::Transport transport, http::Peer peer,
                                           http::LocalEnd const& local) const {
  return std::make_unique<Connection>(std::move(transport), std::move(peer), local, options_.limits, options_.policy,
                                      buffers_);
}

http::LocalEnd const& Entrance::local_end(http::LocalEnd const& wanted) {
  auto const is_wanted = [&](http::LocalEnd const& end) { return end.text == wanted.text; };
  if (auto const found = std::ranges::find_if(sockets_, is_wanted, &ListeningSocket::local); found != sockets_.end())
    return found->local;
  if (auto const found = std::ranges::find_if(strange_ends_, is_wanted); found != strange_ends_.end()) return *found;
  return strange_ends_.emplace_back(wanted);
}

}  // namespace worker
