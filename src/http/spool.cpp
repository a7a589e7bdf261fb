#include "http/spool.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <utility>

#include "base/sys.h"

namespace http {
namespace {

bool is_in_memory(std::string const& directory) {
  struct statfs facts{};
  return ::statfs(directory.c_str(), &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

// A name for a moment, where the file system has no files without one (overlayfs before Linux 6.1, NFS).
base::Result<base::Fd> file_that_loses_its_name(std::string const& directory) {
  auto path = directory + "/monoceros.XXXXXX";
  base::Fd file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) return std::unexpected(base::Error::from_errno(directory, errno));
  (void)::unlink(path.c_str());
  return file;
}

base::Result<base::Fd> unnamed_file(std::string const& directory) {
  auto file = base::sys::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file || (file.error().code() != EOPNOTSUPP && file.error().code() != EISDIR)) return file;
  return file_that_loses_its_name(directory);
}

}  // namespace

Spool::Spool(SpoolOptions options) : options_(std::move(options)) {
  std::ranges::stable_partition(options_.directories, [](auto const& directory) { return !is_in_memory(directory); });
  if (!options_.chosen.empty()) options_.directories.insert(options_.directories.begin(), options_.chosen);
}

base::Result<Spool::File> Spool::open() {
  if (auto spare = take_spare()) return std::move(*spare);
  for (auto const& directory : options_.directories) {
    bool const is_limited = directory != options_.chosen && is_in_memory(directory);
    if (auto file = unnamed_file(directory)) return File(std::move(*file), *this, directory, is_limited);
  }
  return File(TRY(base::sys::memfd("request body")), *this, {}, true);
}

std::optional<Spool::File> Spool::take_spare() {
  std::scoped_lock const lock(mutex_);
  if (spares_.empty()) return std::nullopt;
  auto spare = std::move(spares_.back());
  spares_.pop_back();
  spare_bytes_ -= spare.size;
  return std::move(spare.file);
}

void Spool::keep(File file) {
  if (file.place_.empty() || is_in_memory(file.place_)) return;
  auto const end = ::lseek(file.get(), 0, SEEK_END);
  if (end < 0 || ::lseek(file.get(), 0, SEEK_SET) != 0) return;
  auto const size = static_cast<std::size_t>(end);
  std::scoped_lock const lock(mutex_);
  if (spare_bytes_ + size > options_.kept) return;
  spare_bytes_ += size;
  spares_.push_back({std::move(file), size});
}

void Spool::tidy() {
  std::vector<Spare> unwanted;
  std::scoped_lock const lock(mutex_);
  auto const news = std::ranges::find(spares_, false, &Spare::is_seen);
  std::move(spares_.begin(), news, std::back_inserter(unwanted));
  spares_.erase(spares_.begin(), news);
  for (auto const& spare : unwanted) spare_bytes_ -= spare.size;
  for (auto& spare : spares_) spare.is_seen = true;
}

std::string Spool::why_in_memory() const {
  std::string reasons;
  for (auto const& directory : options_.directories) {
    auto const file = unnamed_file(directory);
    if (!file) reasons.append(reasons.empty() ? "" : ", ").append(file.error().message());
  }
  return reasons;
}

Spool::File::File(File&& other) noexcept {
  *this = std::move(other);
}

Spool::File& Spool::File::operator=(File&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(spool_, other.spool_);
  std::swap(place_, other.place_);
  std::swap(is_limited_, other.is_limited_);
  std::swap(charged_, other.charged_);
  return *this;
}

Spool::File::~File() {
  if (charged_) spool_->in_use_ -= charged_;
}

base::Result<void> Spool::File::write(std::string_view bytes) {
  if (is_limited_) {
    auto const limit = place_.empty() ? spool_->options_.in_memory : spool_->options_.in_tmpfs;
    if (spool_->in_use_.fetch_add(bytes.size()) + bytes.size() > limit) {
      spool_->in_use_ -= bytes.size();
      return std::unexpected(base::Error(
          std::format("bodies that no disk takes already fill {} MiB of memory: {}; set tmp_upload_dir to a directory "
                      "with room that the server may write to, or mount a disk on /tmp",
                      limit >> 20, place_.empty() ? spool_->why_in_memory() : place_ + " is in memory (tmpfs)"),
          ENOMEM));
    }
    charged_ += bytes.size();
  }
  auto written = base::sys::write_all(file_.get(), bytes);
  if (written) return {};
  return std::unexpected(base::Error(std::format("{}: {}; set tmp_upload_dir or TMPDIR to a directory with more room",
                                                 place_.empty() ? "in memory" : place_, written.error().message()),
                                     written.error().code()));
}

}  // namespace http
