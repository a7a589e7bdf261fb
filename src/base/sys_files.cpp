#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <format>

#include "base/sys_call.h"

namespace base::sys {
namespace {

FileKind kind_of_mode(mode_t mode) {
  using enum FileKind;
  if (S_ISREG(mode)) return regular;
  if (S_ISDIR(mode)) return directory;
  if (S_ISFIFO(mode)) return pipe;
  if (S_ISSOCK(mode)) return socket;
  return other;
}

}  // namespace

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
  auto const at = [](timespec const& time) { return WallTime(duration_of(time)); };
  return FileStamp{{status.st_dev, status.st_ino}, status.st_size, at(status.st_mtim), at(status.st_ctim)};
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

}  // namespace base::sys
