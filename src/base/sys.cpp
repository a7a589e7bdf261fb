#include "base/sys.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <format>

#include "base/sys_call.h"

namespace base::sys {

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

Result<void> widen(Pipe const& pipe, std::size_t capacity) {
  return checked(::fcntl(pipe.write_end.get(), F_SETPIPE_SZ, static_cast<int>(capacity)), "fcntl");
}

bool is_full(Pipe const& pipe) {
  pollfd asked{pipe.write_end.get(), POLLOUT, 0};
  return retry([&] { return ::poll(&asked, 1, 0); }) == 0;
}

Result<Transfer> move(int socket, Pipe const& pipe, std::size_t most) {
  auto const moved =
      retry([&] { return ::splice(socket, nullptr, pipe.write_end.get(), nullptr, most, SPLICE_F_NONBLOCK); });
  if (moved < 0 && (errno == EINVAL || errno == ENOSYS || errno == EPERM)) return failed("splice");
  return transferred(moved);
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

Result<void> make_room_for_descriptors(std::uint64_t count) {
  auto const any = TRY(event_counter());
  TRY_VOID(owned(::fcntl(any.get(), F_DUPFD_CLOEXEC, static_cast<int>(count - 1)), "fcntl"));
  return {};
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

Result<struct sigaction> signal_action(int signal) {
  struct sigaction present{};
  TRY_VOID(checked(::sigaction(signal, nullptr, &present), "sigaction"));
  return present;
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
