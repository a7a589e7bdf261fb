#include "log/log.h"

#include "log/error_sink.h"
#include "log/output.h"

namespace logging {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  // Ours start at debug, spdlog's one step below it.
  return static_cast<spdlog::level::level_enum>(static_cast<int>(level) + SPDLOG_LEVEL_DEBUG);
}

struct Channels {
  std::unique_ptr<Output> error;
  std::unique_ptr<Output> access;  // null: no access log
};

base::Result<Channels> open_channels(Options const& options) {
  auto const opened = [](std::string const& path, Stream stream, char const* setting) {
    return Output::open(path, stream).transform_error([&](base::Error const& error) {
      return error.within(std::string(setting) + ": cannot write");
    });
  };
  Channels channels;
  channels.error = TRY(opened(options.error_path, Stream::standard_error, "errorlog"));
  if (!options.access_path.empty()) {
    channels.access = TRY(opened(options.access_path, Stream::standard_output, "accesslog"));
  }
  return channels;
}

}  // namespace

struct Log::State {
  State()
      : logger("error", std::make_shared<ErrorSink>([this](std::string_view line) { put(*channels.error, line); })) {}

  void put(Output& output, std::string_view line) {
    if (!output.write_line(line)) drops.load(std::memory_order_relaxed)->fetch_add(1, std::memory_order_relaxed);
  }

  Channels channels;
  std::atomic<std::uint64_t> own_drops = 0;
  std::atomic<std::atomic<std::uint64_t>*> drops = &own_drops;
  std::atomic<Level> level = Level::info;
  spdlog::logger logger;
};

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::Log(Log&&) noexcept = default;
Log::~Log() = default;

base::Result<Log> Log::open(Options const& options) {
  Log log(std::make_unique<State>());
  log.state_->logger.set_level(spdlog::level::trace);  // is_enabled() decides
  TRY_VOID(log.reconfigure(options));
  return log;
}

base::Result<void> Log::reconfigure(Options const& options) {
  state_->channels = TRY(open_channels(options));
  state_->level = options.level;
  return {};
}

base::Result<void> Log::reopen() {
  auto const error = state_->channels.error->reopen();
  if (state_->channels.access) TRY_VOID(state_->channels.access->reopen());
  return error;
}

Level Log::level() const {
  return state_->level.load(std::memory_order_relaxed);
}

void Log::write(Level level, std::string_view message) {
  if (is_enabled(level)) state_->logger.log(to_spdlog(level), message);
}

bool Log::is_access_enabled() const {
  return state_->channels.access != nullptr;
}

void Log::access(std::string_view line) {
  if (state_->channels.access) state_->put(*state_->channels.access, line);
}

void Log::count_drops_in(std::atomic<std::uint64_t>& counter) {
  state_->drops = &counter;
}

std::uint64_t Log::dropped_lines() const {
  return *state_->drops.load();
}

}  // namespace logging
