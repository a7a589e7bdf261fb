#include "log/access_json.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "base/sys.h"

namespace logging {
namespace {

std::string_view look_up(AccessFormat::Piece const& piece, AccessRecord const& record) {
  if (!record.details) return {};
  switch (piece.atom) {
    case AccessFormat::Atom::request_header:
      return record.details->request_header(piece.text);
    case AccessFormat::Atom::response_header:
      return record.details->response_header(piece.text);
    default:
      return record.details->environ_value(piece.text);
  }
}

void append_text(std::string& into, std::string_view text) {
  if (text.empty())
    into += "null";
  else
    append_json(into, text);
}

}  // namespace

std::string_view AccessJson::render(AccessRecord const& record, base::WallTime now) {
  line_ = "{\"time\":\"";
  time_.append(line_, now);
  line_ += "\",\"log\":\"access\"";
  member("pid", static_cast<std::uint64_t>(base::sys::own_pid()));
  member("remote_address", record.remote_address);
  member("user", record.user);
  member("method", record.method);
  member("target", record.target);
  member("path", record.path);
  member("query", record.query);
  member("protocol", record.protocol);
  member("status", record.status);
  member("bytes", record.body_bytes);
  auto const microseconds = std::chrono::duration_cast<std::chrono::microseconds>(record.duration).count();
  std::format_to(std::back_inserter(line_), ",\"duration\":{}.{:06}", microseconds / 1'000'000,
                 microseconds % 1'000'000);
  member("referer", record.referer);
  member("user_agent", record.user_agent);
  line_ += record.is_aborted ? ",\"aborted\":true" : ",\"aborted\":false";
  details("request_headers", AccessFormat::Atom::request_header, record);
  details("response_headers", AccessFormat::Atom::response_header, record);
  details("environ", AccessFormat::Atom::environ_value, record);
  line_ += '}';
  return line_;
}

void AccessJson::member(std::string_view name, std::string_view text) {
  line_.append(",\"").append(name).append("\":");
  append_text(line_, text);
}

void AccessJson::member(std::string_view name, std::uint64_t number) {
  std::format_to(std::back_inserter(line_), ",\"{}\":{}", name, number);
}

void AccessJson::details(std::string_view name, AccessFormat::Atom kind, AccessRecord const& record) {
  auto const& pieces = format_.pieces();
  bool is_open = false;
  for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
    auto const is_same = [&](auto const& other) { return other.atom == kind && other.text == piece->text; };
    if (piece->atom != kind || std::find_if(pieces.begin(), piece, is_same) != piece) continue;
    if (!is_open)
      line_.append(",\"").append(name).append("\":{");
    else
      line_ += ',';
    is_open = true;
    append_json(line_, piece->text);
    line_ += ':';
    append_text(line_, look_up(*piece, record));
  }
  if (is_open) line_ += '}';
}

}  // namespace logging
