// spdlog's end of the error channel: formats a line as Gunicorn does and puts it out. Private to log/.
#pragma once

#define SPDLOG_LEVEL_NAMES {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "OFF"}
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <mutex>

namespace logging {

class ErrorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // `write_line` gets a formatted line without its newline.
  explicit ErrorSink(std::function<void(std::string_view)> write_line);

 private:
  void sink_it_(spdlog::details::log_msg const& message) override;
  void flush_() override {}

  std::function<void(std::string_view)> write_line_;
};

}  // namespace logging
