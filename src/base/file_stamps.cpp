#include "base/file_stamps.h"

#include <thread>
#include <utility>

namespace base {
namespace {

constexpr Duration kLongestTick = std::chrono::milliseconds(100);  // the clock was set back, else

}  // namespace

WallTime FileStamps::beginning() {
  auto const before = wall_now();
  auto const given_up = now() + kLongestTick;
  while (coarse_wall_now() <= before && now() < given_up) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return coarse_wall_now();
}

std::optional<std::string> FileStamps::changed(Watched const& watched) {
  bool const is_first_look = !std::exchange(has_looked_, true);
  for (auto const& file : watched.paths) {
    auto const stamp = sys::stamp_of(file);
    if (!stamp) continue;
    auto const [known, is_new] = known_.try_emplace(file, *stamp);
    bool const may_be_news = is_first_look || watched.additions_are_changes;
    if (is_new ? may_be_news && stamp->changed >= since_ : known->second != *stamp) return file;
  }
  return std::nullopt;
}

}  // namespace base
