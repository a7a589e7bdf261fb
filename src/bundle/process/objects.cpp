// Shared objects inside: mapped from the executable itself, where they begin at a page.
#include <fcntl.h>

#include "bundle/own.h"
#include "bundle/process/inside.h"
#include "elf/process/search.h"

namespace elf {

std::optional<FoundFile> find_embedded(std::string const& path) {
  auto const inside = bundle::look_inside(path.c_str());
  if (inside.kind != bundle::Inside::Kind::file) return {};
  base::Fd file(::fcntl(bundle::own()->file.get(), F_DUPFD_CLOEXEC, 0));
  if (!file) return {};
  return FoundFile{std::move(file), path, inside.entry.offset, inside.entry.size};
}

}  // namespace elf
