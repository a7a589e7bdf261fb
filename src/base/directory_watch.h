// Wakes whoever waits when a file in one of its directories was written or put in place (inotify(7)). Says that, not
// what: which file it was is for the owner to look up. One thread at a time.
#pragma once

#include <set>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace base {

class DirectoryWatch {
 public:
  // Fails where the kernel's limit of instances is reached, or there is no inotify.
  static Result<DirectoryWatch> create();

  // Adding one again costs nothing. Fails where the directory is gone or there are too many.
  Result<void> add(std::string const& directory);

  // Readable after something happened, until clear().
  int descriptor() const { return watch_.get(); }
  void clear() const;

 private:
  explicit DirectoryWatch(Fd watch) : watch_(std::move(watch)) {}

  Fd watch_;
  std::set<std::string> directories_;
};

}  // namespace base
