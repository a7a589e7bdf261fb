#include "bundle/place.h"

#include <cstring>

namespace bundle {

Place::Place(std::string_view path, std::string_view program) {
  if (path.size() >= sizeof name_ || path.size() <= program.size() || !path.starts_with(program)) return;
  path.remove_prefix(program.size());
  if (path.front() != '/') return;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto const step = path.substr(0, path.find('/'));
    path.remove_prefix(step.size());
    if (!go(step)) return;
  }
  is_inside_ = true;
}

bool Place::go(std::string_view step) {
  names_folder_ = step.empty() || step == "." || step == "..";
  if (step == "..") {
    if (size_ == 0) return false;
    auto const parent = name().rfind('/');
    size_ = parent == std::string_view::npos ? 0 : parent;
    return true;
  }
  if (names_folder_) return true;
  if (size_ > 0) name_[size_++] = '/';
  std::memcpy(name_ + size_, step.data(), step.size());
  size_ += step.size();
  return true;
}

}  // namespace bundle
