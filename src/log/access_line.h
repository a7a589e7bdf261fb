// Renders access log lines into a buffer of its own. One per thread.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "log/access_format.h"

namespace logging {

class AccessLine {
 public:
  // `format` outlives it.
  explicit AccessLine(AccessFormat const& format) : format_(format) {}

  // The line, without a newline; valid until the next call. `now` is when the request ended.
  std::string_view render(AccessRecord const& record, base::WallTime now);

 private:
  using Piece = AccessFormat::Piece;

  void append(Piece const& piece, AccessRecord const& record, base::WallTime now);
  void append_number(std::uint64_t number);
  void append_decimal_seconds(base::Duration duration);
  void append_request_line(AccessRecord const& record);
  // Escaped, or "-" for nothing.
  void append_text(std::string_view text);
  void align(std::size_t start, Piece const& piece);
  std::string const& time_text(base::WallTime now);

  AccessFormat const& format_;
  base::Text line_;
  std::chrono::sys_seconds cached_second_{std::chrono::seconds(-1)};
  std::string cached_time_;
};

}  // namespace logging
