#include "elf/inspection.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/fd.h"

namespace elf {

using base::failure;
using base::Result;

Result<Opened> Opened::read(Source const& source) {
  auto layout = TRY(Layout::read(source));
  auto image = TRY(Image::map(source, std::move(layout)));
  auto dynamic = TRY(Dynamic::read(image));
  if (auto const need = dynamic.need_of_glibc(); !need.empty()) {
    return failure("it is built for glibc (it needs " + std::string(need) + "), and this program is built on musl");
  }
  return Opened{std::move(image), std::move(dynamic)};
}

Result<void> inspect(std::string const& path) {
  base::Fd const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0) return std::unexpected(base::Error::from_errno(path, errno));
  auto const opened = Opened::read({file.get(), 0, static_cast<std::uint64_t>(status.st_size)});
  if (!opened) return std::unexpected(opened.error().within(path));
  return {};
}

}  // namespace elf
