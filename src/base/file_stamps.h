// Remembers files as they were when it first saw them, and tells which one is another now.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sys.h"

namespace base {

class FileStamps {
 public:
  struct Watched {
    std::vector<std::string> paths;
    // A file that was not among those of an earlier call is a change too, if it was not there at the beginning.
    bool additions_are_changes = false;
  };

  // A moment to begin at: what was changed before it has an older time, and what is changed after it has not. The times
  // of files may go on every few milliseconds only (CLOCK_REALTIME_COARSE), and this waits until they do.
  static WallTime beginning();

  // A file that was changed, or put in its place, since then has changed where the first call looks at it.
  explicit FileStamps(WallTime since) : since_(since) {}

  // The first that has changed. One that has gone is waited for: it may be about to be written anew.
  std::optional<std::string> changed(Watched const& watched);

 private:
  WallTime since_;
  std::map<std::string, sys::FileStamp> known_;
  bool has_looked_ = false;
};

}  // namespace base
