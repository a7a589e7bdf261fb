#include "worker/reloader.h"

#include <poll.h>

#include <array>

#include "base/sys.h"
#include "base/thread.h"

namespace worker {
namespace {

constexpr base::Duration kPause = std::chrono::seconds(1);

}  // namespace

base::Result<std::unique_ptr<Reloader>> Reloader::create(Options options, logging::Log& log) {
  std::unique_ptr<Reloader> reloader(new Reloader(std::move(options), log, TRY(base::sys::event_counter())));
  reloader->open_watch();
  return reloader;
}

Reloader::Reloader(Options options, logging::Log& log, base::Fd wake)
    : options_(std::move(options)), log_(log), wake_(std::move(wake)), stamps_(options_.since) {}

void Reloader::start() {
  if (thread_.joinable()) return;
  if (auto thread = base::start_thread([this] { run(); }))
    thread_ = std::move(*thread);
  else
    log_.error("reload: {}", thread.error().message());
}

void Reloader::stop() {
  stopping_ = true;
  std::uint64_t const one = 1;
  (void)base::sys::write_all(wake_.get(), {reinterpret_cast<char const*>(&one), sizeof one});
  if (thread_.joinable()) thread_.join();
}

Reloader::~Reloader() {
  stop();
}

void Reloader::open_watch() {
  if (options_.engine == Engine::poll) return;
  auto watch = base::DirectoryWatch::create();
  if (watch) {
    watch_ = std::move(*watch);
  } else if (options_.engine == Engine::inotify) {
    log_.warning("reload_engine: inotify is not to be had ({}): files are looked at every second",
                 watch.error().message());
  }
}

void Reloader::run() {
  while (!stopping_) {
    auto const watched = options_.files();
    watch_folders_of(watched.paths);
    if (auto const file = stamps_.changed(watched)) return options_.on_change(*file);
    wait();
  }
}

// A folder that cannot be watched is looked at every second all the same.
void Reloader::watch_folders_of(std::vector<std::string> const& files) {
  if (!watch_) return;
  for (auto const& file : files) {
    if (auto const slash = file.rfind('/'); slash != file.npos) (void)watch_->add(file.substr(0, slash));
  }
}

void Reloader::wait() {
  std::array waited = {pollfd{wake_.get(), POLLIN, 0}, pollfd{watch_ ? watch_->descriptor() : -1, POLLIN, 0}};
  (void)base::sys::poll(waited, kPause);
  if (watch_) watch_->clear();
}

}  // namespace worker
