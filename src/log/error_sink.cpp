#include "log/error_sink.h"

#include <time.h>

namespace logging {
namespace {

// strftime's %z ("+0000"), as Gunicorn prints it; spdlog's own has a colon.
class ZoneFlag : public spdlog::custom_flag_formatter {
 public:
  void format(spdlog::details::log_msg const&, std::tm const& time, spdlog::memory_buf_t& into) override {
    char zone[8];
    into.append(zone, zone + ::strftime(zone, sizeof zone, "%z", &time));
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<ZoneFlag>(); }
};

}  // namespace

ErrorSink::ErrorSink(std::function<void(std::string_view)> write_line) : write_line_(std::move(write_line)) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::local, "");
  formatter->add_flag<ZoneFlag>('z').set_pattern("[%Y-%m-%d %H:%M:%S %z] [%P] [%l] %v");
  set_formatter_(std::move(formatter));
}

void ErrorSink::sink_it_(spdlog::details::log_msg const& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  write_line_({line.data(), line.size()});
}

}  // namespace logging
