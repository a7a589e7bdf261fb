#include "base/file_stamps.h"

#include <utility>

namespace base {

std::optional<std::string> FileStamps::changed(Watched const& watched) {
  bool const is_first_look = !std::exchange(has_looked_, true);
  for (auto const& file : watched.paths) {
    auto const stamp = sys::stamp_of(file);
    if (!stamp) continue;
    auto const [known, is_new] = known_.try_emplace(file, *stamp);
    bool const is_news = is_first_look ? stamp->modified > since_ : watched.additions_are_changes;
    if (is_new ? is_news : known->second != *stamp) return file;
  }
  return std::nullopt;
}

}  // namespace base
