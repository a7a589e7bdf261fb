#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/sys_call.h"

namespace base::sys {
namespace {

std::size_t queued(int socket, unsigned long which) {
  int bytes = 0;
  if (::ioctl(socket, static_cast<int>(which), &bytes) < 0 || bytes < 0) return 0;
  return static_cast<std::size_t>(bytes);
}

}  // namespace

std::size_t size_of(std::span<iovec const> pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                         [](std::size_t sum, iovec const& piece) { return sum + piece.iov_len; });
}

Result<Fd> socket(int family, int type) {
  return owned(::socket(family, type | SOCK_CLOEXEC, 0), "socket");
}

Result<void> bind(Fd const& socket, sockaddr const* address, socklen_t size) {
  return checked(::bind(socket.get(), address, size), "bind");
}

Result<void> listen(Fd const& socket, int backlog) {
  return checked(::listen(socket.get(), backlog), "listen");
}

Result<void> stop_listening(int listener) {
  return checked(::shutdown(listener, SHUT_RD), "shutdown");
}

Result<void> stop_queueing(int listener) {
  return checked(::listen(listener, 0), "listen");
}

Result<void> connect(Fd const& socket, sockaddr const* address, socklen_t size) {
  int const connected = retry([&] { return ::connect(socket.get(), address, size); });
  return connected < 0 && errno == EINPROGRESS ? Result<void>() : checked(connected, "connect");
}

Result<void> set_option(Fd const& socket, int level, int option, int value) {
  return checked(::setsockopt(socket.get(), level, option, &value, sizeof value), "setsockopt");
}

Result<int> get_option(Fd const& socket, int level, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  TRY_VOID(checked(::getsockopt(socket.get(), level, option, &value, &size), "getsockopt"));
  return value;
}

Result<std::optional<Fd>> accept(int listener, sockaddr_storage* peer, socklen_t* peer_size) {
  for (;;) {
    int const accepted =
        ::accept4(listener, reinterpret_cast<sockaddr*>(peer), peer_size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) return Fd(accepted);
    if (errno == EAGAIN || errno == EINVAL) return std::nullopt;
    bool const went_away = errno == ECONNABORTED || errno == EPROTO;
    if (!went_away && errno != EINTR) return failed("accept");
  }
}

Result<int> accept_queue(int listener) {
  tcp_info info{};
  socklen_t size = sizeof info;
  TRY_VOID(checked(::getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &size), "getsockopt"));
  return static_cast<int>(info.tcpi_unacked);
}

Transfer receive(int socket, std::span<char> into) {
  return transferred(retry([&] { return ::recv(socket, into.data(), into.size(), 0); }));
}

Transfer peek(int socket, std::span<char> into) {
  return transferred(retry([&] { return ::recv(socket, into.data(), into.size(), MSG_PEEK); }));
}

Transfer send(int socket, std::span<iovec const> pieces) {
  if (pieces.size() == 1) {  // sendmsg() costs more
    auto const& piece = pieces.front();
    return transferred(retry([&] { return ::send(socket, piece.iov_base, piece.iov_len, MSG_NOSIGNAL); }));
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());  // int in musl
  return transferred(retry([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL); }));
}

Transfer send_descriptor(int socket, std::span<iovec const> pieces, int descriptor) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());  // int in musl
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  auto* const rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  return transferred(retry([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT); }));
}

Transfer receive_descriptor(int socket, std::span<char> into, Fd* descriptor) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec piece{into.data(), into.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  auto const received =
      transferred(retry([&] { return ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT); }));
  auto const* const rights = received.kind == Transfer::Kind::done ? CMSG_FIRSTHDR(&message) : nullptr;
  if (!rights || rights->cmsg_type != SCM_RIGHTS) return received;
  int number;
  std::memcpy(&number, CMSG_DATA(rights), sizeof number);
  descriptor->reset(number);
  return received;
}

Transfer send_file(int socket, int file, off_t* offset, std::size_t count) {
  return transferred(retry([&] { return ::sendfile(socket, file, offset, count); }));
}

std::size_t untaken(int socket) {
  return queued(socket, SIOCOUTQ);
}

std::size_t unread(int socket) {
  return queued(socket, SIOCINQ);
}

Result<void> send_to(int socket, sockaddr const* address, socklen_t size, std::string_view bytes) {
  auto const sent = retry([&] { return ::sendto(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL, address, size); });
  return checked(static_cast<int>(std::min<ssize_t>(sent, 0)), "sendto");
}

Result<SocketPair> socket_pair(int type) {
  int ends[2];
  TRY_VOID(checked(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "socketpair"));
  return SocketPair{Fd(ends[0]), Fd(ends[1])};
}

Result<void> shutdown_write(int socket) {
  return checked(::shutdown(socket, SHUT_WR), "shutdown");
}

Result<void> local_address(int socket, sockaddr_storage* address, socklen_t* size) {
  return checked(::getsockname(socket, reinterpret_cast<sockaddr*>(address), size), "getsockname");
}

Transfer send_now(int socket, std::span<iovec const> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());  // int in musl
  return transferred(retry([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT); }));
}

}  // namespace base::sys
