// Two ends of a stream: the server's does not block, the client's waits two seconds at most.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fcntl.h>
#include <array>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace http {

struct SocketPair {
  SocketPair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
    server.reset(ends[0]);
    client.reset(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    timeval const limit{2, 0};
    ::setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  void say(std::string_view text) const { (void)!::write(client.get(), text.data(), text.size()); }

  // Whatever is there now, at most `limit` bytes; waits for the first.
  std::string hear(std::size_t limit = 1 << 16) const {
    std::string text(limit, '\0');
    auto const count = ::recv(client.get(), text.data(), limit, 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

  // There is something now, if only the end.
  bool can_hear() const {
    pollfd waited{client.get(), POLLIN, 0};
    return ::poll(&waited, 1, 0) == 1;
  }

  // Everything up to the end of the stream.
  std::string hear_all() const {
    std::string all;
    for (auto piece = hear(); !piece.empty(); piece = hear()) all += piece;
    return all;
  }

  base::Fd server, client;
};

}  // namespace http
