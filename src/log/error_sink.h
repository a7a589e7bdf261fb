// spdlog's end of the error channel: formats a line, as Gunicorn does or as JSON, and puts it out. Private to log/.
#pragma once

#define SPDLOG_LEVEL_NAMES {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "OFF"}
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <mutex>

#include "log/options.h"

namespace logging {

class ErrorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // A formatted line without its newline, and what the line is to say without the server's additions.
  using WriteLine = std::function<void(Level, std::string_view line, std::string_view message)>;

  explicit ErrorSink(WriteLine write_line) : write_line_(std::move(write_line)) { use(Format::text); }

  void use(Format format);

 private:
  void sink_it_(spdlog::details::log_msg const& message) override;
  void flush_() override {}

  WriteLine write_line_;
};

}  // namespace logging
