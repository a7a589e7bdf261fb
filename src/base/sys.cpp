#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace base::sys {
namespace {

std::unexpected<Error> failed(std::string_view call) {
  return std::unexpected(Error::from_errno(call, errno));
}

Result<void> checked(int returned, std::string_view call) {
  if (returned < 0) return failed(call);
  return {};
}

Result<Fd> owned(int returned, std::string_view call) {
  if (returned < 0) return failed(call);
  return Fd(returned);
}

template <typename Call>
auto retry(Call call) {
  for (;;) {
    auto const returned = call();
    if (returned >= 0 || errno != EINTR) return returned;
  }
}

Transfer transferred(ssize_t returned) {
  using enum Transfer::Kind;
  if (returned > 0) return {done, static_cast<std::size_t>(returned)};
  if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {again};
  return {closed};
}

}  // namespace

Result<Fd> socket(int family, int type) {
  return owned(::socket(family, type | SOCK_CLOEXEC, 0), "socket");
}

Result<void> bind(Fd const& socket, sockaddr const* address, socklen_t size) {
  return checked(::bind(socket.get(), address, size), "bind");
}

Result<void> listen(Fd const& socket, int backlog) {
  return checked(::listen(socket.get(), backlog), "listen");
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
  int const accepted = retry(
      [&] { return ::accept4(listener, reinterpret_cast<sockaddr*>(peer), peer_size, SOCK_NONBLOCK | SOCK_CLOEXEC); });
  if (accepted >= 0) return Fd(accepted);
  if (errno == EAGAIN || errno == ECONNABORTED || errno == EPROTO) return std::nullopt;
  return failed("accept");
}

Transfer receive(int socket, std::span<char> into) {
  return transferred(retry([&] { return ::recv(socket, into.data(), into.size(), 0); }));
}

Transfer send(int socket, std::span<iovec const> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  return transferred(retry([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL); }));
}

Transfer send_file(int socket, int file, off_t* offset, std::size_t count) {
  return transferred(retry([&] { return ::sendfile(socket, file, offset, count); }));
}

Result<void> shutdown_write(int socket) {
  return checked(::shutdown(socket, SHUT_WR), "shutdown");
}

Result<Fd> open(std::string const& path, int flags, mode_t mode) {
  return owned(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }), path);
}

Result<std::string> read_file(std::string const& path) {
  auto const file = TRY(open(path, O_RDONLY));
  std::string content;
  char buffer[16384];
  for (;;) {
    auto const count = TRY(read(file.get(), buffer));
    if (count == 0) return content;
    content.append(buffer, count);
  }
}

Result<std::size_t> read(int descriptor, std::span<char> into) {
  ssize_t const count = retry([&] { return ::read(descriptor, into.data(), into.size()); });
  if (count < 0) return failed("read");
  return static_cast<std::size_t>(count);
}

Result<void> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const count = retry([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    if (count < 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<Fd> memfd(char const* name) {
  return owned(::memfd_create(name, MFD_CLOEXEC), "memfd_create");
}
Result<void> unlink(std::string const& path) {
  return checked(::unlink(path.c_str()), path);
}
Result<void> rename(std::string const& from, std::string const& to) {
  return checked(::rename(from.c_str(), to.c_str()), to);
}
Result<void> change_directory(std::string const& path) {
  return checked(::chdir(path.c_str()), path);
}

Result<Fd> epoll() {
  return owned(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
}
Result<Fd> event_counter() {
  return owned(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}
Result<Fd> signal_descriptor(sigset_t const& signals) {
  return owned(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

Result<pid_t> fork() {
  pid_t const pid = ::fork();
  if (pid < 0) return failed("fork");
  return pid;
}

Result<void> kill(pid_t pid, int signal) {
  return checked(::kill(pid, signal), "kill");
}

Result<std::optional<Exited>> wait_any() {
  int status = 0;
  pid_t const pid = retry([&] { return ::waitpid(-1, &status, WNOHANG); });
  if (pid > 0) return Exited{pid, status};
  if (pid == 0 || errno == ECHILD) return std::nullopt;
  return failed("waitpid");
}

Result<void> die_with_parent(int signal) {
  return checked(::prctl(PR_SET_PDEATHSIG, signal), "prctl");
}
Result<void> become_subreaper() {
  return checked(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");
}

Result<void*> shared_memory(std::size_t size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return failed("mmap");
  return memory;
}

}  // namespace base::sys
