#include "base/directory_watch.h"

#include <sys/inotify.h>

#include "base/sys.h"

namespace base {

Result<DirectoryWatch> DirectoryWatch::create() {
  return DirectoryWatch(TRY(sys::directory_watch()));
}

Result<void> DirectoryWatch::add(std::string const& directory) {
  if (directories_.contains(directory)) return {};
  // Not every write: a file that is still being written is not worth a look.
  TRY_VOID(sys::watch_directory(watch_, directory, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB));
  directories_.insert(directory);
  return {};
}

void DirectoryWatch::clear() const {
  alignas(inotify_event) char events[4096];
  for (;;) {
    auto const count = sys::read(watch_.get(), events);
    if (!count || *count == 0) return;
  }
}

}  // namespace base
