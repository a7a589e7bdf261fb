#include "http/file_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "base/sys.h"
#include "http/percent.h"

namespace http {

base::Result<FileRoot> FileRoot::open(std::string directory) {
  std::error_code ignored;
  directory = std::filesystem::absolute(directory, ignored).lexically_normal().string();
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  auto handle = base::sys::open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (!handle) return std::unexpected(handle.error().within("sendfile_root"));
  auto const probe = base::sys::open_beneath(handle->get(), ".", O_PATH | O_CLOEXEC);
  if (!probe && probe.error().code() == ENOSYS)
    return std::unexpected(
        base::Error("sendfile_root: this kernel cannot keep names within a directory (openat2, Linux "
                    "5.6); leave it out and let the application send its files",
                    ENOSYS));
  auto real = std::filesystem::canonical(directory, ignored).string();
  return FileRoot(std::move(directory), std::move(real), std::move(*handle));
}

base::Result<FileRoot::File> FileRoot::by_path(std::string_view path) const {
  if (!path.starts_with('/')) return open_beneath(std::string(path));
  for (auto const* root : {&directory_, &real_}) {
    auto const prefix = *root == "/" ? *root : *root + "/";
    if (path.starts_with(prefix)) return open_beneath(std::string(path.substr(prefix.size())));
  }
  return std::unexpected(base::Error(std::string(path) + " is not in sendfile_root " + directory_));
}

base::Result<FileRoot::File> FileRoot::by_uri(std::string_view uri) const {
  std::string decoded;
  auto path = percent_decoded(uri.substr(0, uri.find('?')), decoded);
  if (!path.starts_with('/')) return std::unexpected(base::Error(std::string(uri) + " does not begin with a slash"));
  return open_beneath(std::string(path.substr(1)));
}

// A FIFO must not hold us up, hence O_NONBLOCK.
base::Result<FileRoot::File> FileRoot::open_beneath(std::string const& path) const {
  auto const where = path + " in sendfile_root " + directory_;
  if (path.contains('\0')) return std::unexpected(base::Error(where + ": a name with a NUL"));
  auto file = base::sys::open_beneath(handle_.get(), path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (!file) return std::unexpected(file.error().within(where));
  struct stat facts{};
  if (::fstat(file->get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::unexpected(base::Error(where + ": not a regular file"));
  auto const modified = base::WallTime(std::chrono::seconds(facts.st_mtim.tv_sec));
  return File{std::move(*file), static_cast<std::uint64_t>(facts.st_size), modified};
}

}  // namespace http
