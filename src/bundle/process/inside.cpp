#include "bundle/process/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <atomic>

#include "bundle/own.h"
#include "bundle/place.h"

namespace bundle {
namespace {

using Kind = Inside::Kind;

constexpr dev_t kDevice = 0x6d6f6e6f;  // of no file system; entries are told apart by their number

#ifndef MFD_NOEXEC_SEAL
constexpr unsigned MFD_NOEXEC_SEAL = 8;
#endif

constinit std::atomic<unsigned> never_executed{MFD_NOEXEC_SEAL};  // 0 on kernels before 6.3

// Where the administrator allows no other (vm.memfd_noexec), it must be said that the file is never executed.
int create_file(unsigned flags) {
  unsigned const asked = never_executed.load(std::memory_order_relaxed);
  int const file = ::memfd_create("bundle", flags | MFD_ALLOW_SEALING | asked);
  if (file >= 0 || errno != EINVAL || asked == 0) return file;
  never_executed.store(0, std::memory_order_relaxed);
  return ::memfd_create("bundle", flags | MFD_ALLOW_SEALING);
}

// In the kernel; from memory where the application has closed a descriptor that it had not opened.
bool copy(Own const& own, Entry const& entry, int file) {
  auto const end = static_cast<off_t>(entry.offset + entry.size);
  auto from = static_cast<off_t>(entry.offset);
  while (from < end && ::sendfile(file, own.file.get(), &from, static_cast<std::size_t>(end - from)) > 0) continue;
  auto rest = own.archive.content(entry).substr(static_cast<std::size_t>(from) - entry.offset);
  while (!rest.empty()) {
    ssize_t const written = ::write(file, rest.data(), rest.size());
    if (written < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::lseek(file, 0, SEEK_SET) == 0;
}

int content_of(Own const& own, Entry const& entry, int flags) {
  int const file = create_file(flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
  if (file < 0) return -1;
  timespec const modified{.tv_sec = entry.modified, .tv_nsec = entry.checksum % 1'000'000'000};
  timespec const times[] = {modified, modified};
  bool const is_good = copy(own, entry, file) && ::futimens(file, times) == 0 &&
                       ::fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
  if (is_good) return file;
  int const error = errno;
  ::close(file);
  return refuse(error);
}

}  // namespace

Inside look_inside(char const* path) {
  auto const* const bundle = own();
  if (!bundle) [[likely]]
    return {};
  if (!path || *path != '/') return {};
  Place const place(path, bundle->program);
  if (!place.is_inside()) return {};
  auto const found = bundle->archive.find(place.name());
  if (!found) return {Kind::missing, ENOENT};
  if (!found->is_folder && place.names_folder()) return {Kind::missing, ENOTDIR};
  return {found->is_folder ? Kind::folder : Kind::file, 0, *found};
}

int refuse(int error) {
  errno = error;
  return -1;
}

// The times' fractions are the checksum's: who compares time and size (ETags) sees that a content is another one,
// though all files of an archive are of one age.
struct stat status_of(Inside const& inside) {
  auto const& entry = inside.entry;
  struct stat status;
  ::memset(&status, 0, sizeof status);
  bool const is_folder = inside.kind == Kind::folder;
  status.st_dev = kDevice;
  status.st_ino = entry.number + 1;
  status.st_mode = is_folder ? S_IFDIR | 0555 : S_IFREG | 0444;
  status.st_nlink = is_folder ? 2 : 1;
  status.st_size = static_cast<off_t>(entry.size);
  status.st_blksize = 4096;
  status.st_blocks = static_cast<blkcnt_t>((entry.size + 511) / 512);
  status.st_mtim = {.tv_sec = entry.modified, .tv_nsec = entry.checksum % 1'000'000'000};
  status.st_atim = status.st_ctim = status.st_mtim;
  return status;
}

int open_inside(Inside const& inside, int flags) {
  bool const creates = flags & O_CREAT;
  bool const changes = (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC;
  if (!inside.exists()) return refuse(creates && inside.error == ENOENT ? EROFS : inside.error);
  if (creates && flags & O_EXCL) return refuse(EEXIST);
  if (inside.kind == Kind::folder) return refuse(changes || creates ? EISDIR : ENOTSUP);
  if (flags & O_DIRECTORY) return refuse(ENOTDIR);
  if (changes) return refuse(EROFS);
  return content_of(*own(), inside.entry, flags);
}

}  // namespace bundle
