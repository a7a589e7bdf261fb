// Watches the files a worker's application consists of, in a thread of its own, and tells once when one of them has
// changed (reload). Looks every second, and with inotify at once.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/directory_watch.h"
#include "base/fd.h"
#include "base/file_stamps.h"
#include "base/result.h"
#include "log/log.h"

namespace worker {

class Reloader {
 public:
  enum class Engine { auto_detect, poll, inotify };

  struct Options {
    Engine engine = Engine::auto_detect;
    // What changes from then on counts: when the application began to be loaded.
    base::WallTime since;
    // Both are called in the thread of the reloader. The files as they are known now, with absolute paths.
    std::function<base::FileStamps::Watched()> files;
    std::function<void(std::string const& file)> on_change;
  };

  static base::Result<std::unique_ptr<Reloader>> create(Options options, logging::Log& log);
  ~Reloader();

  // Begins, unless it has begun. Where it cannot it says so, and nothing is watched.
  void start();
  // Waits for its thread; on_change is not called any more.
  void stop();

 private:
  Reloader(Options options, logging::Log& log, base::Fd wake);

  void open_watch();
  void run();
  void watch_folders_of(std::vector<std::string> const& files);
  void wait();

  Options options_;
  logging::Log& log_;
  base::Fd wake_;
  std::optional<base::DirectoryWatch> watch_;
  base::FileStamps stamps_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace worker
