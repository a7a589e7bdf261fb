#include "log/access_line.h"

#include <charconv>
#include <format>

#include "base/sys.h"
#include "log/escape.h"

namespace logging {
namespace {

template <typename Unit>
std::uint64_t whole(base::Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Unit>(duration).count());
}

std::string_view detail(std::string_view (AccessDetails::*lookup)(std::string_view) const, AccessRecord const& record,
                        std::string_view name) {
  return record.details ? (record.details->*lookup)(name) : std::string_view();
}

}  // namespace

std::string_view AccessLine::render(AccessRecord const& record, base::WallTime now) {
  line_.clear();
  for (auto const& piece : format_.pieces()) {
    if (piece.atom == AccessFormat::Atom::literal) {
      line_.add(piece.text);
      continue;
    }
    auto const start = line_.size();
    append(piece, record, now);
    align(start, piece);
  }
  return line_;
}

void AccessLine::append(Piece const& piece, AccessRecord const& record, base::WallTime now) {
  using enum AccessFormat::Atom;
  switch (piece.atom) {
    case literal:
      break;
    case dash:
      line_.add('-');
      break;
    case remote_address:
      return append_text(record.remote_address);
    case user:
      return append_text(record.user);
    case time:
      line_.add(time_text(now));
      break;
    case request_line:
      return append_request_line(record);
    case method:
      return append_text(record.method);
    case path:
      return append_text(record.path);
    case query:
      return append_escaped(line_, record.query);
    case protocol:
      return append_text(record.protocol);
    case status:
      return append_number(record.status);
    case bytes:
      return append_number(record.body_bytes);
    case referer:
      return append_text(record.referer);
    case user_agent:
      return append_text(record.user_agent);
    case seconds:
      return append_number(whole<std::chrono::seconds>(record.duration));
    case milliseconds:
      return append_number(whole<std::chrono::milliseconds>(record.duration));
    case microseconds:
      return append_number(whole<std::chrono::microseconds>(record.duration));
    case decimal_seconds:
      return append_decimal_seconds(record.duration);
    case process:
      line_.add(std::format("<{}>", base::sys::own_pid()));
      break;
    case request_header:
      return append_text(detail(&AccessDetails::request_header, record, piece.text));
    case response_header:
      return append_text(detail(&AccessDetails::response_header, record, piece.text));
    case environ_value:
      return append_text(detail(&AccessDetails::environ_value, record, piece.text));
  }
}

void AccessLine::append_number(std::uint64_t number) {
  char digits[20];
  line_.add({digits, std::to_chars(digits, digits + sizeof digits, number).ptr});
}

void AccessLine::append_decimal_seconds(base::Duration duration) {
  auto const total = whole<std::chrono::microseconds>(duration);
  line_.add(std::format("{}.{:06}", total / 1'000'000, total % 1'000'000));
}

void AccessLine::append_request_line(AccessRecord const& record) {
  if (record.method.empty()) return append_text({});
  append_text(record.method);
  line_.add(' ');
  append_text(record.target);
  line_.add(' ');
  append_text(record.protocol);
}

void AccessLine::append_text(std::string_view text) {
  if (text.empty())
    line_.add('-');
  else
    append_escaped(line_, text);
}

void AccessLine::align(std::size_t start, Piece const& piece) {
  if (piece.precision < line_.size() - start) line_.shrink_to(start + piece.precision);
  auto const size = line_.size() - start;
  if (size >= piece.width) return;
  line_.insert(piece.is_left_aligned ? line_.size() : start, piece.width - size, ' ');
}

std::string const& AccessLine::time_text(base::WallTime now) {
  auto const second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != cached_second_) {
    cached_time_ = base::format_local(now, "[%d/%b/%Y:%H:%M:%S %z]");
    cached_second_ = second;
  }
  return cached_time_;
}

}  // namespace logging
