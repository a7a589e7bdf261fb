#include "net/probe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "base/strings.h"
#include "base/sys.h"
#include "net/socket_address.h"

namespace net {
namespace {

base::Result<void> await(int socket, short events, base::Instant deadline) {
  pollfd waited{socket, events, 0};
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - base::now()).count();
  if (left <= 0 || ::poll(&waited, 1, static_cast<int>(left)) == 0) return base::failure("no answer in time");
  return {};
}

base::Result<base::Fd> connect(SocketAddress const& address, base::Instant deadline) {
  auto socket = TRY(base::sys::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK));
  if (::connect(socket.get(), address.raw(), address.size()) < 0 && errno != EINPROGRESS)
    return std::unexpected(base::Error::from_errno("connect", errno));
  TRY_VOID(await(socket.get(), POLLOUT, deadline));
  int const error = TRY(base::sys::get_option(socket, SOL_SOCKET, SO_ERROR));
  if (error) return std::unexpected(base::Error::from_errno("connect", error));
  return socket;
}

// "HTTP/1.1 200 OK"
base::Result<int> read_status(int socket, base::Instant deadline) {
  std::string head;
  std::array<char, 512> piece;
  while (head.size() < std::string_view("HTTP/1.1 200").size()) {
    TRY_VOID(await(socket, POLLIN, deadline));
    auto const received = base::sys::receive(socket, piece);
    if (received.kind == base::sys::Transfer::Kind::closed) return base::failure("the connection was closed");
    head.append(piece.data(), received.bytes);
  }
  auto const status = head.starts_with("HTTP/1.") ? base::parse_decimal(head.substr(9, 3)) : std::nullopt;
  if (!status) return base::failure("the answer is not HTTP");
  return static_cast<int>(*status);
}

}  // namespace

base::Result<int> probe(Address const& address, std::string const& path, base::Duration limit) {
  auto const deadline = base::now() + limit;
  bool const is_path = address.kind() == Address::Kind::path;
  auto const peer =
      TRY(is_path ? SocketAddress::of_path(address.path()) : SocketAddress::resolve(address.host(), address.port()));
  auto const socket = TRY(connect(peer, deadline));
  auto const request = "GET " + path + " HTTP/1.1\r\nHost: " + (is_path ? "localhost" : address.to_string()) +
                       "\r\nUser-Agent: monoceros-healthcheck\r\nConnection: close\r\n\r\n";
  TRY_VOID(base::sys::write_all(socket.get(), request));
  return read_status(socket.get(), deadline);
}

}  // namespace net
