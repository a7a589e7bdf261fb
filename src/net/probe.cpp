#include "net/probe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "base/strings.h"
#include "base/sys.h"
#include "net/socket_address.h"

namespace net {

base::Result<void> await_socket(int socket, short events, base::Instant deadline) {
  pollfd waited{socket, events, 0};
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - base::now()).count();
  if (left <= 0 || ::poll(&waited, 1, static_cast<int>(left)) == 0) return base::failure("no answer in time");
  return {};
}

namespace {

class PlainStream : public ProbeStream {
 public:
  PlainStream(base::Fd socket, base::Instant deadline) : socket_(std::move(socket)), deadline_(deadline) {}

  base::Result<void> send(std::string_view bytes) override { return base::sys::write_all(socket_.get(), bytes); }

  base::Result<std::size_t> receive(std::span<char> into) override {
    for (;;) {
      TRY_VOID(await_socket(socket_.get(), POLLIN, deadline_));
      auto const received = base::sys::receive(socket_.get(), into);
      if (received.kind != base::sys::Transfer::Kind::again) return received.bytes;
    }
  }

 private:
  base::Fd socket_;
  base::Instant deadline_;
};

base::Result<base::Fd> connect(SocketAddress const& address, base::Instant deadline) {
  auto socket = TRY(base::sys::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK));
  if (::connect(socket.get(), address.raw(), address.size()) < 0 && errno != EINPROGRESS)
    return std::unexpected(base::Error::from_errno("connect", errno));
  TRY_VOID(await_socket(socket.get(), POLLOUT, deadline));
  int const error = TRY(base::sys::get_option(socket, SOL_SOCKET, SO_ERROR));
  if (error) return std::unexpected(base::Error::from_errno("connect", error));
  return socket;
}

// "HTTP/1.1 200 OK"
base::Result<int> read_status(ProbeStream& stream) {
  std::string head;
  std::array<char, 512> piece;
  while (head.size() < std::string_view("HTTP/1.1 200").size()) {
    auto const received = TRY(stream.receive(piece));
    if (received == 0) return base::failure("the connection was closed");
    head.append(piece.data(), received);
  }
  auto const status = head.starts_with("HTTP/1.") ? base::parse_decimal(head.substr(9, 3)) : std::nullopt;
  if (!status) return base::failure("the answer is not HTTP");
  return static_cast<int>(*status);
}

}  // namespace

base::Result<int> probe(Address const& address, std::string const& path, base::Duration limit,
                        ProbeWrapping const& wrap) {
  auto const deadline = base::now() + limit;
  bool const is_path = address.kind() == Address::Kind::path;
  auto const peer =
      TRY(is_path ? SocketAddress::of_path(address.path()) : SocketAddress::resolve(address.host(), address.port()));
  auto socket = TRY(connect(peer, deadline));
  std::unique_ptr<ProbeStream> stream;
  if (wrap)
    stream = TRY(wrap(std::move(socket), deadline));
  else
    stream = std::make_unique<PlainStream>(std::move(socket), deadline);
  auto const request = "GET " + path + " HTTP/1.1\r\nHost: " + (is_path ? "localhost" : address.to_string()) +
                       "\r\nUser-Agent: monoceros-healthcheck\r\nConnection: close\r\n\r\n";
  TRY_VOID(stream->send(request));
  return read_status(*stream);
}

}  // namespace net
