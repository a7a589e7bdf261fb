#include "worker/relay.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "base/sys.h"

namespace worker {
namespace {

constexpr std::size_t kMostReceived = 64 * 1024;  // a message is copied whole, twice
constexpr std::size_t kMostText = 8 * 1024;

// What stands before the bytes: the length of each text, then the texts.
struct Header {
  bool is_trusted, is_announced;
  std::array<std::uint16_t, 10> sizes;
};

std::array<std::string*, 10> texts(http::Peer& peer, http::Announcement& said, http::LocalEnd& local) {
  return {&peer.address,       &peer.port,       &said.protocol, &said.client_address, &said.client_port,
          &said.proxy_address, &said.proxy_port, &local.name,    &local.port,          &local.text};
}

}  // namespace

base::Result<Relay> Relay::create() {
  auto ends = TRY(base::sys::socket_pair(SOCK_SEQPACKET | SOCK_NONBLOCK));
  return Relay(std::move(ends.one), std::move(ends.other));
}

bool Relay::send(http::Connection& connection) const {
  auto const received = connection.message_as_received();
  if (!received) return false;
  auto const size = received->head.size() + received->rest.size();
  if (size > kMostReceived) return false;

  auto peer = connection.peer();
  auto local = connection.local();
  auto announcement = peer.announcement ? *peer.announcement : http::Announcement();
  Header header{peer.is_trusted, peer.announcement != nullptr, {}};
  std::string labels;
  std::ranges::transform(texts(peer, announcement, local), header.sizes.begin(), [&](std::string const* text) {
    labels += *text;
    return static_cast<std::uint16_t>(text->size());
  });
  if (labels.size() > kMostText) return false;

  auto const piece = [](void const* data, std::size_t count) { return iovec{const_cast<void*>(data), count}; };
  std::array<iovec, 4> const pieces = {piece(&header, sizeof header), piece(labels.data(), labels.size()),
                                       piece(received->head.data(), received->head.size()),
                                       piece(received->rest.data(), received->rest.size())};
  auto const sent = base::sys::send_descriptor(give_.get(), pieces, connection.socket());
  return sent.kind == base::sys::Transfer::Kind::done;
}

std::optional<Relay::Arrival> Relay::take() const {
  std::string message(sizeof(Header) + kMostText + kMostReceived, '\0');
  Arrival arrival;
  auto const taken = base::sys::receive_descriptor(take_.get(), message, &arrival.socket);
  if (taken.kind != base::sys::Transfer::Kind::done || !arrival.socket || taken.bytes < sizeof(Header))
    return std::nullopt;
  Header header;
  std::memcpy(&header, message.data(), sizeof header);
  auto rest = std::string_view(message).substr(sizeof header, taken.bytes - sizeof header);
  if (std::accumulate(header.sizes.begin(), header.sizes.end(), std::size_t{0}) > rest.size()) return std::nullopt;
  arrival.peer.is_trusted = header.is_trusted;
  http::Announcement announcement;
  auto const into = texts(arrival.peer, announcement, arrival.local);
  for (std::size_t i = 0; i < into.size(); ++i) {
    *into[i] = rest.substr(0, header.sizes[i]);
    rest.remove_prefix(header.sizes[i]);
  }
  if (header.is_announced) arrival.peer.announcement = std::make_shared<http::Announcement const>(announcement);
  arrival.received = rest;
  return arrival;
}

}  // namespace worker
