#include "log/error_sink.h"

#include <time.h>

#include <format>

#include "base/strings.h"
#include "base/sys.h"
#include "log/json.h"

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

// {"time":"2026-11-20T09:34:47.123Z","log":"error","level":"info","pid":7,"message":"..."}
class JsonFormatter : public spdlog::formatter {
 public:
  void format(spdlog::details::log_msg const& message, spdlog::memory_buf_t& into) override {
    auto const level = spdlog::level::to_string_view(message.level);
    line_ = "{\"time\":\"";
    time_.append(line_, base::WallTime(message.time));
    line_ += std::format("\",\"log\":\"error\",\"level\":\"{}\",\"pid\":{},\"message\":",
                         base::lower({level.data(), level.size()}), base::sys::own_pid());
    append_json(line_, {message.payload.data(), message.payload.size()});
    line_ += '}';
    into.append(line_.data(), line_.data() + line_.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<JsonFormatter>(); }

 private:
  std::string line_;
  JsonTime time_;
};

std::unique_ptr<spdlog::formatter> text_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::local, "");
  formatter->add_flag<ZoneFlag>('z').set_pattern("[%Y-%m-%d %H:%M:%S %z] [%P] [%l] %v");
  return formatter;
}

}  // namespace

void ErrorSink::use(Format format) {
  set_formatter(format == Format::json ? std::make_unique<JsonFormatter>() : text_formatter());
}

void ErrorSink::sink_it_(spdlog::details::log_msg const& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  auto const level = static_cast<Level>(message.level - SPDLOG_LEVEL_DEBUG);
  write_line_(level, {line.data(), line.size()}, {message.payload.data(), message.payload.size()});
}

}  // namespace logging
