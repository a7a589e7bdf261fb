// The directory whose files an application may name instead of sending them (sendfile_root). Nothing outside of it is
// ever opened: the kernel resolves names beneath it, "..", absolute links and links that lead out included.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace http {

class FileRoot {
 public:
  // Where the process stands, if `directory` is relative.
  static base::Result<FileRoot> open(std::string directory);

  struct File {
    base::Fd descriptor;
    std::uint64_t size;
    base::WallTime modified;
  };

  // X-Sendfile: a path in the root's own directory tree, absolute or relative to the root.
  base::Result<File> by_path(std::string_view path) const;

  // X-Accel-Redirect: an encoded path and perhaps a query, "/" being the root.
  base::Result<File> by_uri(std::string_view uri) const;

 private:
  FileRoot(std::string directory, std::string real, base::Fd handle)
      : directory_(std::move(directory)), real_(std::move(real)), handle_(std::move(handle)) {}

  base::Result<File> open_beneath(std::string const& path) const;

  std::string directory_;
  std::string real_;  // the same without links on the way there
  base::Fd handle_;
};

}  // namespace http
