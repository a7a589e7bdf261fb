// Calls that take a path. *at() functions are given absolute paths here or none of ours: there are no descriptors of
// folders that a relative path could start from.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bundle/own.h"
#include "bundle/process/inside.h"
#include "bundle/process/wrapping.h"

namespace bundle {
namespace {

// For what would change a file.
bool refuses_change(char const* path) {
  auto const inside = look_inside(path);
  if (inside) errno = inside.exists() ? EROFS : inside.error;
  return static_cast<bool>(inside);
}

// For what would make one.
bool refuses_creation(char const* path) {
  auto const inside = look_inside(path);
  if (inside) errno = inside.exists() ? EEXIST : EROFS;
  return static_cast<bool>(inside);
}

int status_into(Inside const& inside, struct stat* status) {
  if (!inside.exists()) return refuse(inside.error);
  *status = status_of(inside);
  return 0;
}

int access_to(Inside const& inside, int mode) {
  if (!inside.exists()) return refuse(inside.error);
  if (mode & W_OK) return refuse(EROFS);
  return mode & X_OK && inside.kind == Inside::Kind::file ? refuse(EACCES) : 0;
}

// Nothing inside is a link.
int link_of(Inside const& inside) {
  return refuse(inside.exists() ? EINVAL : inside.error);
}

int attributes_of(Inside const& inside) {
  return refuse(inside.exists() ? ENOTSUP : inside.error);
}

statx_timestamp statx_time(timespec const& time) {
  statx_timestamp result{};
  result.tv_sec = time.tv_sec;
  result.tv_nsec = static_cast<std::uint32_t>(time.tv_nsec);
  return result;
}

struct statx extended(struct stat const& status) {
  struct statx result{};
  result.stx_mask = STATX_BASIC_STATS;
  result.stx_blksize = static_cast<std::uint32_t>(status.st_blksize);
  result.stx_nlink = static_cast<std::uint32_t>(status.st_nlink);
  result.stx_mode = static_cast<std::uint16_t>(status.st_mode);
  result.stx_ino = status.st_ino;
  result.stx_size = static_cast<std::uint64_t>(status.st_size);
  result.stx_blocks = static_cast<std::uint64_t>(status.st_blocks);
  result.stx_atime = result.stx_mtime = result.stx_ctime = statx_time(status.st_mtim);
  result.stx_dev_minor = static_cast<std::uint32_t>(status.st_dev);
  return result;
}

}  // namespace
}  // namespace bundle

using bundle::look_inside;

WRAPS(int, open, char const* path, int flags, ...);
WRAPS(int, openat, int folder, char const* path, int flags, ...);
WRAPS(int, creat, char const* path, mode_t mode);
WRAPS(FILE*, fopen, char const* path, char const* mode);
WRAPS(int, stat, char const* path, struct stat* status);
WRAPS(int, lstat, char const* path, struct stat* status);
WRAPS(int, fstatat, int folder, char const* path, struct stat* status, int flags);
WRAPS(int, statx, int folder, char const* path, int flags, unsigned mask, struct statx* status);
WRAPS(int, statvfs, char const* path, struct statvfs* status);
WRAPS(int, access, char const* path, int mode);
WRAPS(int, faccessat, int folder, char const* path, int mode, int flags);
WRAPS(ssize_t, readlink, char const* path, char* text, size_t size);
WRAPS(ssize_t, readlinkat, int folder, char const* path, char* text, size_t size);
WRAPS(ssize_t, listxattr, char const* path, char* names, size_t size);
WRAPS(ssize_t, llistxattr, char const* path, char* names, size_t size);
WRAPS(ssize_t, getxattr, char const* path, char const* name, void* value, size_t size);
WRAPS(ssize_t, lgetxattr, char const* path, char const* name, void* value, size_t size);
WRAPS(int, chdir, char const* path);
WRAPS(int, mkdir, char const* path, mode_t mode);
WRAPS(int, mkdirat, int folder, char const* path, mode_t mode);
WRAPS(int, mkfifo, char const* path, mode_t mode);
WRAPS(int, symlink, char const* to, char const* path);
WRAPS(int, link, char const* from, char const* path);
WRAPS(int, rename, char const* from, char const* path);
WRAPS(int, renameat, int folder, char const* from, int other, char const* path);
WRAPS(int, unlink, char const* path);
WRAPS(int, unlinkat, int folder, char const* path, int flags);
WRAPS(int, rmdir, char const* path);
WRAPS(int, truncate, char const* path, off_t size);
WRAPS(int, chmod, char const* path, mode_t mode);
WRAPS(int, fchmodat, int folder, char const* path, mode_t mode, int flags);
WRAPS(int, chown, char const* path, uid_t user, gid_t group);
WRAPS(int, lchown, char const* path, uid_t user, gid_t group);
WRAPS(int, fchownat, int folder, char const* path, uid_t user, gid_t group, int flags);
WRAPS(int, utimensat, int folder, char const* path, timespec const* times, int flags);

int wrapped_open(char const* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t const mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (auto const inside = look_inside(path)) return bundle::open_inside(inside, flags);
  return real_open(path, flags, mode);
}

int wrapped_openat(int folder, char const* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t const mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (auto const inside = look_inside(path)) return bundle::open_inside(inside, flags);
  return real_openat(folder, path, flags, mode);
}

int wrapped_creat(char const* path, mode_t mode) {
  if (auto const inside = look_inside(path)) return bundle::open_inside(inside, O_CREAT | O_WRONLY | O_TRUNC);
  return real_creat(path, mode);
}

FILE* wrapped_fopen(char const* path, char const* mode) {
  auto const inside = look_inside(path);
  if (!inside) return real_fopen(path, mode);
  bool const changes = *mode != 'r' || ::strchr(mode, '+');
  int const flags = (changes ? O_RDWR : O_RDONLY) | (*mode == 'r' ? 0 : O_CREAT);
  int const file = bundle::open_inside(inside, flags | (::strchr(mode, 'e') ? O_CLOEXEC : 0));
  FILE* const stream = file < 0 ? nullptr : ::fdopen(file, mode);
  if (file >= 0 && !stream) ::close(file);
  return stream;
}

int wrapped_stat(char const* path, struct stat* status) {
  if (auto const inside = look_inside(path)) return bundle::status_into(inside, status);
  return real_stat(path, status);
}

int wrapped_lstat(char const* path, struct stat* status) {
  if (auto const inside = look_inside(path)) return bundle::status_into(inside, status);
  return real_lstat(path, status);
}

int wrapped_fstatat(int folder, char const* path, struct stat* status, int flags) {
  if (auto const inside = look_inside(path)) return bundle::status_into(inside, status);
  return real_fstatat(folder, path, status, flags);
}

int wrapped_statx(int folder, char const* path, int flags, unsigned mask, struct statx* status) {
  auto const inside = look_inside(path);
  if (!inside) return real_statx(folder, path, flags, mask, status);
  if (!inside.exists()) return bundle::refuse(inside.error);
  *status = bundle::extended(bundle::status_of(inside));
  return 0;
}

// The space where the executable lies.
int wrapped_statvfs(char const* path, struct statvfs* status) {
  auto const inside = look_inside(path);
  if (inside && !inside.exists()) return bundle::refuse(inside.error);
  return real_statvfs(inside ? bundle::own()->program.c_str() : path, status);
}

int wrapped_access(char const* path, int mode) {
  if (auto const inside = look_inside(path)) return bundle::access_to(inside, mode);
  return real_access(path, mode);
}

int wrapped_faccessat(int folder, char const* path, int mode, int flags) {
  if (auto const inside = look_inside(path)) return bundle::access_to(inside, mode);
  return real_faccessat(folder, path, mode, flags);
}

ssize_t wrapped_readlink(char const* path, char* text, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::link_of(inside);
  return real_readlink(path, text, size);
}

ssize_t wrapped_readlinkat(int folder, char const* path, char* text, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::link_of(inside);
  return real_readlinkat(folder, path, text, size);
}

ssize_t wrapped_listxattr(char const* path, char* names, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::attributes_of(inside);
  return real_listxattr(path, names, size);
}

ssize_t wrapped_llistxattr(char const* path, char* names, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::attributes_of(inside);
  return real_llistxattr(path, names, size);
}

ssize_t wrapped_getxattr(char const* path, char const* name, void* value, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::attributes_of(inside);
  return real_getxattr(path, name, value, size);
}

ssize_t wrapped_lgetxattr(char const* path, char const* name, void* value, size_t size) {
  if (auto const inside = look_inside(path)) return bundle::attributes_of(inside);
  return real_lgetxattr(path, name, value, size);
}

int wrapped_chdir(char const* path) {
  auto const inside = look_inside(path);
  if (!inside) return real_chdir(path);
  if (!inside.exists()) return bundle::refuse(inside.error);
  return bundle::refuse(inside.kind == bundle::Inside::Kind::folder ? ENOTSUP : ENOTDIR);
}

int wrapped_mkdir(char const* path, mode_t mode) {
  return bundle::refuses_creation(path) ? -1 : real_mkdir(path, mode);
}

int wrapped_mkdirat(int folder, char const* path, mode_t mode) {
  return bundle::refuses_creation(path) ? -1 : real_mkdirat(folder, path, mode);
}

int wrapped_mkfifo(char const* path, mode_t mode) {
  return bundle::refuses_creation(path) ? -1 : real_mkfifo(path, mode);
}

int wrapped_symlink(char const* to, char const* path) {
  return bundle::refuses_creation(path) ? -1 : real_symlink(to, path);
}

int wrapped_link(char const* from, char const* path) {
  return bundle::refuses_change(from) || bundle::refuses_creation(path) ? -1 : real_link(from, path);
}

int wrapped_rename(char const* from, char const* path) {
  return bundle::refuses_change(from) || bundle::refuses_creation(path) ? -1 : real_rename(from, path);
}

int wrapped_renameat(int folder, char const* from, int other, char const* path) {
  bool const refused = bundle::refuses_change(from) || bundle::refuses_creation(path);
  return refused ? -1 : real_renameat(folder, from, other, path);
}

int wrapped_unlink(char const* path) {
  return bundle::refuses_change(path) ? -1 : real_unlink(path);
}

int wrapped_unlinkat(int folder, char const* path, int flags) {
  return bundle::refuses_change(path) ? -1 : real_unlinkat(folder, path, flags);
}

int wrapped_rmdir(char const* path) {
  return bundle::refuses_change(path) ? -1 : real_rmdir(path);
}

int wrapped_truncate(char const* path, off_t size) {
  return bundle::refuses_change(path) ? -1 : real_truncate(path, size);
}

int wrapped_chmod(char const* path, mode_t mode) {
  return bundle::refuses_change(path) ? -1 : real_chmod(path, mode);
}

int wrapped_fchmodat(int folder, char const* path, mode_t mode, int flags) {
  return bundle::refuses_change(path) ? -1 : real_fchmodat(folder, path, mode, flags);
}

int wrapped_chown(char const* path, uid_t user, gid_t group) {
  return bundle::refuses_change(path) ? -1 : real_chown(path, user, group);
}

int wrapped_lchown(char const* path, uid_t user, gid_t group) {
  return bundle::refuses_change(path) ? -1 : real_lchown(path, user, group);
}

int wrapped_fchownat(int folder, char const* path, uid_t user, gid_t group, int flags) {
  return bundle::refuses_change(path) ? -1 : real_fchownat(folder, path, user, group, flags);
}

int wrapped_utimensat(int folder, char const* path, timespec const* times, int flags) {
  return bundle::refuses_change(path) ? -1 : real_utimensat(folder, path, times, flags);
}
