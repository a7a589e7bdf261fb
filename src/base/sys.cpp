#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <format>

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

FileKind kind_of_mode(mode_t mode) {
  using enum FileKind;
  if (S_ISREG(mode)) return regular;
  if (S_ISDIR(mode)) return directory;
  if (S_ISFIFO(mode)) return pipe;
  if (S_ISSOCK(mode)) return socket;
  return other;
}

std::size_t queued(int socket, unsigned long which) {
  int bytes = 0;
  if (::ioctl(socket, static_cast<int>(which), &bytes) < 0 || bytes < 0) return 0;
  return static_cast<std::size_t>(bytes);
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

Result<void> stop_listening(int listener) {
  return checked(::shutdown(listener, SHUT_RD), "shutdown");
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
  int const accepted = retry(
      [&] { return ::accept4(listener, reinterpret_cast<sockaddr*>(peer), peer_size, SOCK_NONBLOCK | SOCK_CLOEXEC); });
  if (accepted >= 0) return Fd(accepted);
  if (errno == EAGAIN || errno == ECONNABORTED || errno == EPROTO) return std::nullopt;
  return failed("accept");
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

Result<Fd> open(std::string const& path, int flags, mode_t mode) {
  return owned(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }), path);
}

Result<Fd> open_beneath(int directory, std::string const& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  auto const opened = retry([&] { return ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how); });
  if (opened < 0) return std::unexpected(Error::from_errno("openat2", errno));
  return Fd(static_cast<int>(opened));
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

Result<std::size_t> read_at(int file, std::span<char> into, off_t offset) {
  ssize_t const count = retry([&] { return ::pread(file, into.data(), into.size(), offset); });
  if (count < 0) return failed("pread");
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

Result<FileKind> kind_of(int descriptor) {
  struct stat status{};
  TRY_VOID(checked(::fstat(descriptor, &status), "fstat"));
  if (S_ISCHR(status.st_mode) && ::isatty(descriptor)) return FileKind::terminal;
  return kind_of_mode(status.st_mode);
}

Result<std::optional<FileKind>> kind_of(std::string const& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return kind_of_mode(status.st_mode);
  if (errno == ENOENT) return std::nullopt;
  return failed(path);
}

std::optional<FileStamp> stamp_of(std::string const& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) < 0) return std::nullopt;
  auto const modified = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return FileStamp{{status.st_dev, status.st_ino}, status.st_size, WallTime(modified)};
}

Result<std::optional<FileIdentity>> identity_of(std::string const& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return FileIdentity{status.st_dev, status.st_ino};
  if (errno == ENOENT) return std::nullopt;
  return failed(path);
}

Result<void> set_mode(std::string const& path, mode_t mode) {
  return checked(::chmod(path.c_str(), mode), path);
}
Result<void> set_owner(std::string const& path, uid_t user, gid_t group) {
  return checked(::lchown(path.c_str(), user, group), path);
}
Result<void> give_file(std::string const& path, uid_t user, gid_t group) {
  auto const file = TRY(open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat status{};
  TRY_VOID(checked(::fstat(file.get(), &status), path));
  if (!S_ISREG(status.st_mode)) return {};
  return checked(::fchown(file.get(), user, group), path);
}
mode_t set_umask(mode_t mask) {
  return ::umask(mask);
}

Result<Fd> duplicate(int descriptor) {
  return owned(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3), "dup");
}
Result<void> duplicate_onto(int from, int to) {
  return checked(retry([&] { return ::dup3(from, to, O_CLOEXEC); }), "dup3");
}

Result<void> replace_stream(int from, int stream) {
  return checked(retry([&] { return ::dup2(from, stream); }), "dup2");
}

Result<void> lock_file(int descriptor) {
  return checked(retry([&] { return ::flock(descriptor, LOCK_EX); }), "flock");
}
Result<FileIdentity> identity_of(int descriptor) {
  struct stat status{};
  TRY_VOID(checked(::fstat(descriptor, &status), "fstat"));
  return FileIdentity{status.st_dev, status.st_ino};
}
Result<void> link(std::string const& path, std::string const& name) {
  return checked(::link(path.c_str(), name.c_str()), name);
}

Result<void> set_nonblocking(int descriptor) {
  int const flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0) return failed("fcntl");
  return checked(::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl");
}
Result<void> set_close_on_exec(int descriptor) {
  return checked(::fcntl(descriptor, F_SETFD, FD_CLOEXEC), "fcntl");
}

Result<void> keep_on_exec(int descriptor) {
  return checked(::fcntl(descriptor, F_SETFD, 0), "fcntl");
}

Transfer write_now(int descriptor, std::span<iovec const> pieces) {
  return transferred(retry([&] { return ::writev(descriptor, pieces.data(), static_cast<int>(pieces.size())); }));
}

Transfer send_now(int socket, std::span<iovec const> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());  // int in musl
  return transferred(retry([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT); }));
}

Result<Fd> epoll() {
  return owned(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
}
Result<Fd> event_counter() {
  return owned(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}
Result<Fd> directory_watch() {
  return owned(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "inotify_init1");
}
Result<int> watch_directory(Fd const& watch, std::string const& path, std::uint32_t events) {
  int const number = ::inotify_add_watch(watch.get(), path.c_str(), events | IN_ONLYDIR);
  if (number < 0) return failed(path);
  return number;
}
Result<Fd> signal_descriptor(sigset_t const& signals) {
  return owned(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

Result<Pipe> pipe() {
  int ends[2];
  TRY_VOID(checked(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), "pipe2"));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

Result<bool> poll(std::span<pollfd> descriptors, std::optional<Duration> limit) {
  timespec wait{};
  if (limit) {
    auto const whole = std::chrono::floor<std::chrono::seconds>(std::max(*limit, Duration::zero()));
    wait.tv_sec = whole.count();
    wait.tv_nsec = (std::max(*limit, Duration::zero()) - whole).count();
  }
  int const ready = ::ppoll(descriptors.data(), descriptors.size(), limit ? &wait : nullptr, nullptr);
  if (ready < 0 && errno != EINTR) return failed("poll");
  return ready > 0;
}

Result<std::uint64_t> allow_descriptors(std::uint64_t wanted) {
  rlimit limit{};
  TRY_VOID(checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit"));
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  TRY_VOID(checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit"));
  return limit.rlim_cur;
}

Result<pid_t> fork() {
  pid_t const pid = ::fork();
  if (pid < 0) return failed("fork");
  return pid;
}

pid_t own_pid() {
  return ::getpid();
}
pid_t parent_pid() {
  return ::getppid();
}
void exit_at_once(int status) {
  ::_exit(status);
}
bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno == EPERM;
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

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

Result<void> die_with_parent(int signal) {
  return checked(::prctl(PR_SET_PDEATHSIG, signal), "prctl");
}
Result<void> become_subreaper() {
  return checked(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");
}

Error execute(std::string const& path, std::vector<std::string> const& words,
              std::vector<std::string> const& environment) {
  auto const pointers = [](std::vector<std::string> const& texts) {
    std::vector<char*> result;
    for (auto const& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  };
  ::execve(path.c_str(), pointers(words).data(), pointers(environment).data());
  return Error::from_errno(path, errno);
}

Result<void> start_session() {
  return checked(::setsid(), "setsid");
}

uid_t effective_user() {
  return ::geteuid();
}
gid_t effective_group() {
  return ::getegid();
}

Result<std::vector<gid_t>> groups_of(uid_t user, gid_t group) {
  auto const* const entry = ::getpwuid(user);
  if (!entry) return failure(std::format("user {} has no name in the user database", user));
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(entry->pw_name, group, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
    TRY_VOID(checked(::getgrouplist(entry->pw_name, group, groups.data(), &count), "getgrouplist"));
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

Result<void> set_groups(std::span<gid_t const> groups) {
  return checked(::setgroups(groups.size(), groups.data()), "setgroups");
}
Result<void> set_group(gid_t group) {
  return checked(::setresgid(group, group, group), "setresgid");
}
Result<void> set_user(uid_t user) {
  return checked(::setresuid(user, user, user), "setresuid");
}

Result<struct sigaction> set_signal_action(int signal, struct sigaction const& action) {
  struct sigaction previous{};
  TRY_VOID(checked(::sigaction(signal, &action, &previous), "sigaction"));
  return previous;
}

Result<sigset_t> set_signal_mask(sigset_t const& blocked) {
  sigset_t previous;
  TRY_VOID(checked(::sigprocmask(SIG_SETMASK, &blocked, &previous), "sigprocmask"));
  return previous;
}

Result<void> unblock_signals(sigset_t const& signals) {
  return checked(::sigprocmask(SIG_UNBLOCK, &signals, nullptr), "sigprocmask");
}

Result<void*> shared_memory(std::size_t size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return failed("mmap");
  return memory;
}

}  // namespace base::sys
