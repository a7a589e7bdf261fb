// bench_bare_loop PORT: receives, and sends an answer that never changes, over one epoll. Neither HTTP nor Python: what
// the system calls alone cost, and so what no server on this machine can be cheaper than.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nServer: monoceros\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\n"
    "Content-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, World!\n";

void watch(int epoll, int descriptor) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int listen_on(std::uint16_t port) {
  int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int const on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 2048) != 0) {
    std::perror("bench_bare_loop");
    std::exit(1);
  }
  return listener;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "usage: bench_bare_loop PORT\n"), 2;
  int const listener = listen_on(static_cast<std::uint16_t>(std::atoi(words[1])));
  int const epoll = ::epoll_create1(0);
  watch(epoll, listener);
  std::array<epoll_event, 256> events;
  std::array<char, 16384> room;
  for (;;) {
    int const found = ::epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < found; ++i) {
      int const descriptor = events[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == listener) {
        int const on = 1, client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, client);
      } else if (::recv(descriptor, room.data(), room.size(), 0) <= 0) {
        ::close(descriptor);
      } else {
        (void)::send(descriptor, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
      }
    }
  }
}
