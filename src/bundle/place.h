// Paths that lead into the executable. What a bundle holds is seen in a folder of the executable's own path:
// "/srv/shop/app/views.py" is the entry "app/views.py" of the program /srv/shop. There is no such folder, so the kernel
// has nothing else under these names.
#pragma once

#include <limits.h>

#include <cstddef>
#include <string_view>

namespace bundle {

// The name of an entry that a path leads to, in memory of its own, so that a look-up allocates nothing and may happen
// in a signal handler.
class Place {
 public:
  // `program`: the absolute path of the executable, without links. "." and ".." are resolved by name (nothing in an
  // archive is a link).
  Place(std::string_view path, std::string_view program);

  // False: the path leads elsewhere, or out of the archive again, or is too long to be one.
  bool is_inside() const { return is_inside_; }
  std::string_view name() const { return {name_, size_}; }
  bool names_folder() const { return names_folder_; }  // it ends in "/", or in "." or ".." behind one

 private:
  bool go(std::string_view step);

  char name_[PATH_MAX];
  std::size_t size_ = 0;
  bool is_inside_ = false;
  bool names_folder_ = false;
};

}  // namespace bundle
