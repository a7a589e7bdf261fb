#include "log/log.h"

#include <format>

#include "log/error_sink.h"
#include "log/output.h"
#include "log/standard_streams.h"

namespace logging {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  // Ours start at debug, spdlog's one step below it.
  return static_cast<spdlog::level::level_enum>(static_cast<int>(level) + SPDLOG_LEVEL_DEBUG);
}

struct Channels {
  std::unique_ptr<Output> error;        // null: lines go elsewhere
  std::unique_ptr<Output> information;  // null: goes to `error` too
  std::unique_ptr<Output> access;       // null: no access log in a file or stream
  std::unique_ptr<Syslog> syslog;
};

base::Result<std::unique_ptr<Output>> open_output(char const* setting, std::string const& path, Stream stream,
                                                  StandardStreams const& streams) {
  if (path == "-") return Output::open_stream(streams.descriptor(stream));
  return Output::open_file(path).transform_error([&](base::Error const& error) {
    auto const reason = std::generic_category().message(error.code());
    return base::Error(std::format("{}: '{}' isn't writable [{}]", setting, path, reason), error.code());
  });
}

base::Result<Channels> open_channels(Options const& options, StandardStreams const& streams) {
  Channels channels;
  if (options.lines_to) return channels;
  channels.error = TRY(open_output("errorlog", options.error_path, Stream::standard_error, streams));
  if (options.splits_streams && options.error_path == "-") {
    channels.information = TRY(open_output("errorlog", "-", Stream::standard_output, streams));
  }
  if (!options.access_path.empty()) {
    channels.access = TRY(open_output("accesslog", options.access_path, Stream::standard_output, streams));
  }
  if (options.syslog) channels.syslog = std::make_unique<Syslog>(*options.syslog);
  return channels;
}

}  // namespace

struct Log::State {
  State()
      : sink(std::make_shared<ErrorSink>([this](Level line_level, std::string_view line, std::string_view message) {
          put_error(line_level, line, message);
        })),
        logger("error", sink) {}

  void put_error(Level line_level, std::string_view line, std::string_view message) {
    bool const is_information = channels.information && line_level <= Level::info;
    put(is_information ? *channels.information : *channels.error, line);
    if (channels.syslog) put(Syslog::Channel::error, line_level, format == Format::json ? line : message);
  }

  // Where there is no channel, all of them do.
  bool goes_elsewhere() const { return is_diverted.load(std::memory_order_relaxed) || !channels.error; }

  void put(Output& output, std::string_view lines, unsigned count = 1) {
    if (!output.write_line(lines)) count_drop(count);
  }
  void put(Syslog::Channel channel, Level line_level, std::string_view line) {
    if (!channels.syslog->write(channel, line_level, line)) count_drop();
  }
  void count_drop(unsigned count = 1) {
    drops.load(std::memory_order_relaxed)->fetch_add(count, std::memory_order_relaxed);
  }

  base::Result<void> capture() {
    if (!captures_output || !channels.error || !channels.error->is_file()) return streams.release();
    return streams.capture(channels.error->descriptor());
  }

  StandardStreams streams;
  Channels channels;
  Format format = Format::text;
  bool captures_output = false;
  std::atomic<std::uint64_t> own_drops = 0;
  std::atomic<std::atomic<std::uint64_t>*> drops = &own_drops;
  std::atomic<Level> level = Level::info;
  LinesTo lines_to;
  std::atomic<bool> is_diverted = false;
  Seen seen;
  std::shared_ptr<ErrorSink> sink;
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
  state_->channels = TRY(open_channels(options, state_->streams));
  state_->level = options.level;
  state_->lines_to = options.lines_to;
  state_->is_diverted = false;
  state_->format = options.format;
  state_->sink->use(options.format);
  state_->captures_output = options.captures_output;
  return state_->capture();
}

void Log::forget_streams() {
  state_->streams.forget();
}

base::Result<void> Log::reopen() {
  base::Result<void> error;
  if (state_->channels.error) error = state_->channels.error->reopen();
  if (state_->channels.access) TRY_VOID(state_->channels.access->reopen());
  TRY_VOID(error);
  return state_->capture();
}

Level Log::level() const {
  return state_->level.load(std::memory_order_relaxed);
}

void Log::write(Level level, std::string_view message, Kind kind) {
  if (!is_enabled(level)) return;
  if (state_->goes_elsewhere())
    state_->lines_to(level, message, kind);
  else
    state_->logger.log(to_spdlog(level), message);
  if (state_->seen) state_->seen(level, kind);
}

void Log::divert(Level level, LinesTo lines_to) {
  state_->level = level;
  state_->lines_to = std::move(lines_to);
  state_->is_diverted = true;
}

void Log::stop_diverting() {
  state_->is_diverted = false;
}

void Log::write_directly(Level level, std::string_view message) {
  if (!state_->channels.error) return write(level, message);
  state_->logger.log(to_spdlog(level), message);
  // Who wrote what was diverted has told of it.
  if (state_->seen && !state_->is_diverted) state_->seen(level, Kind::message);
}

void Log::write_line_directly(Level level, std::string_view line) {
  if (!state_->channels.error) return write(level, line);
  state_->put_error(level, line, line);
  if (state_->seen && !state_->is_diverted) state_->seen(level, Kind::message);
}

bool Log::is_access_enabled() const {
  auto const& channels = state_->channels;
  return channels.access || (channels.syslog && channels.syslog->takes_access());
}

Format Log::format() const {
  return state_->format;
}

void Log::access(std::string_view lines, unsigned count) {
  auto const& channels = state_->channels;
  if (channels.access) state_->put(*channels.access, lines, count);
  if (channels.syslog && channels.syslog->takes_access()) state_->put(Syslog::Channel::access, Level::info, lines);
}

// A line is a message to syslog.
bool Log::access_takes_several() const {
  auto const& channels = state_->channels;
  return channels.access && !(channels.syslog && channels.syslog->takes_access());
}

void Log::tell(Seen seen) {
  state_->seen = std::move(seen);
}

void Log::count_drops_in(std::atomic<std::uint64_t>& counter) {
  state_->drops = &counter;
}

std::uint64_t Log::dropped_lines() const {
  return *state_->drops.load();
}

}  // namespace logging
