// The error and access channels. Made once in main and handed to everybody by reference; any thread may write, and so
// may children after fork.
//
// The namespace is not `log`: C's log() lives in the global one.
#pragma once

#include <atomic>
#include <cstdint>
#include <format>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/options.h"

namespace logging {

class Log {
 public:
  // Fails when a file cannot be opened for writing.
  static base::Result<Log> open(Options const&);

  Log(Log&&) noexcept;
  ~Log();

  // Takes over other options; when one of the new files cannot be opened, everything stays as it was. For a moment
  // when no other thread logs.
  base::Result<void> reconfigure(Options const&);

  // Standard output and error have become others (a daemon's): those from before are not kept. Before reconfigure().
  void forget_streams();

  // Opens files again under their names (USR1, after log rotation). A file that cannot be opened stays as it was.
  base::Result<void> reopen();

  Level level() const;
  bool is_enabled(Level level) const { return level >= this->level(); }

  template <typename... Args>
  void debug(std::format_string<Args...> format, Args&&... args) {
    write_formatted(Level::debug, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void info(std::format_string<Args...> format, Args&&... args) {
    write_formatted(Level::info, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void warning(std::format_string<Args...> format, Args&&... args) {
    write_formatted(Level::warning, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void error(std::format_string<Args...> format, Args&&... args) {
    write_formatted(Level::error, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void critical(std::format_string<Args...> format, Args&&... args) {
    write_formatted(Level::critical, format, std::forward<Args>(args)...);
  }

  // An error that was an exception of the application's: `message` ends with its traceback.
  template <typename... Args>
  void exception(std::format_string<Args...> format, Args&&... args) {
    write(Level::error, std::format(format, std::forward<Args>(args)...), Kind::exception);
  }

  // One line of the error channel: `[2026-11-20 09:34:47 +0000] [pid] [INFO] message`. A message of several lines, as
  // a traceback is, stays one write.
  using Kind = logging::Kind;
  void write(Level level, std::string_view message, Kind kind = Kind::message);

  // From now on, until the next reconfigure(), lines of the error channel go to `lines_to`, which decides what comes
  // back by the two below. For a moment when no other thread logs.
  void divert(Level level, LinesTo lines_to);
  // What was diverted goes the direct way again. Any thread.
  void stop_diverting();

  // Lines whose level was judged by others: a message, to be formatted, or a line as it is. They are never diverted.
  void write_directly(Level level, std::string_view message);
  void write_line_directly(Level level, std::string_view line);

  bool is_access_enabled() const;
  // What lines of the access channel are to look like.
  Format format() const;
  // One line of the access channel, as it is; or several, with newlines between them, where it takes them.
  void access(std::string_view lines, unsigned count = 1);
  bool access_takes_several() const;

  // Calls `seen` for each line of the error channel that is written, from then on.
  using Seen = std::function<void(Level, Kind)>;
  void tell(Seen seen);

  // Lines that no reader took are counted here from now on (a worker's shared-memory slot, say). `counter` must live
  // as long as this Log writes.
  void count_drops_in(std::atomic<std::uint64_t>& counter);
  std::uint64_t dropped_lines() const;

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);

  template <typename... Args>
  void write_formatted(Level level, std::format_string<Args...> format, Args&&... args) {
    if (is_enabled(level)) write(level, std::format(format, std::forward<Args>(args)...));
  }

  std::unique_ptr<State> state_;
};

}  // namespace logging
