#include "http/file_answer.h"

#include <algorithm>
#include <format>
#include <optional>

#include "base/strings.h"
#include "http/date.h"

namespace http {
namespace {

struct Range {
  std::uint64_t begin, end;  // end is not part of it
};

// "bytes=1-2", "bytes=1-" or "bytes=-2". Nothing: it is not to be heeded. An empty range: it cannot be satisfied.
std::optional<Range> parse_range(std::string_view text, std::uint64_t size) {
  auto const unit = text.find('=');
  if (unit == text.npos || !base::equal_ignoring_case(base::trim(text.substr(0, unit)), "bytes")) return std::nullopt;
  text = base::trim(text.substr(unit + 1));
  auto const dash = text.find('-');
  if (dash == text.npos || text.contains(',')) return std::nullopt;
  auto const first_text = base::trim(text.substr(0, dash)), last_text = base::trim(text.substr(dash + 1));
  auto const first = base::parse_decimal(first_text), last = base::parse_decimal(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return std::nullopt;
  if (!first) return Range{size - std::min<std::uint64_t>(*last, size), size};
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return Range{size, size};
  return Range{*first, last && *last < size - 1 ? *last + 1 : size};
}

constexpr std::string_view kWeak = "W/";

enum class Comparison { strong, weak };

// RFC 9110 section 8.8.3.2.
bool names(std::string_view list, std::string_view etag, Comparison comparison) {
  if (list == "*") return true;
  bool const is_weak = etag.starts_with(kWeak);
  if (is_weak) etag.remove_prefix(kWeak.size());
  if (etag.empty() || (is_weak && comparison == Comparison::strong)) return false;
  for (auto at = list.find(etag); at != list.npos; at = list.find(etag, at + 1)) {
    if (comparison == Comparison::weak || !list.substr(0, at).ends_with(kWeak)) return true;
  }
  return false;
}

// Whether one of the fields of that name does; nothing if there is none.
std::optional<bool> any_names(Request const& request, std::string_view name, std::string_view etag,
                              Comparison comparison) {
  std::optional<bool> found;
  for (auto const& field : request.fields) {
    if (!base::equal_ignoring_case(request.text(field.name), name)) continue;
    found = found.value_or(false) || names(request.text(field.value), etag, comparison);
  }
  return found;
}

// The condition `name` names a date that is not before the last modification; nothing if it does not count.
std::optional<bool> has_not_changed_since(Request const& request, std::string_view name,
                                          std::string_view last_modified) {
  auto const field = request.field(name);
  auto const since = field ? parse_http_date(std::string(*field)) : std::nullopt;
  auto const modified = parse_http_date(std::string(last_modified));
  if (!since || !modified) return std::nullopt;
  return *modified <= *since;
}

// RFC 9110 section 13.2.2.
bool has_failed(Request const& request, std::string_view last_modified, std::string_view etag) {
  if (auto const is_named = any_names(request, "If-Match", etag, Comparison::strong)) return !*is_named;
  return !has_not_changed_since(request, "If-Unmodified-Since", last_modified).value_or(true);
}

bool is_unchanged(Request const& request, std::string_view last_modified, std::string_view etag) {
  if (auto const is_named = any_names(request, "If-None-Match", etag, Comparison::weak)) return *is_named;
  return has_not_changed_since(request, "If-Modified-Since", last_modified).value_or(false);
}

// RFC 9110 section 13.1.5: a part of what the client has already, or else the whole.
bool range_counts(Request const& request, std::string_view last_modified, std::string_view etag) {
  auto const validator = request.field("If-Range");
  return !validator || *validator == last_modified || (!etag.empty() && *validator == etag && !etag.starts_with("W/"));
}

}  // namespace

FileAnswer answer_for_file(Request const& request, std::uint64_t size, std::string_view last_modified,
                           std::string_view etag) {
  FileAnswer answer;
  answer.count = size;
  auto const method = request.text(request.method);
  if (method != "GET" && method != "HEAD") return answer;
  if (has_failed(request, last_modified, etag)) {
    answer.status = 412;
    answer.status_line = "412 Precondition Failed";
    answer.count = 0;
    return answer;
  }
  if (is_unchanged(request, last_modified, etag)) {
    answer.status = 304;
    answer.status_line = "304 Not Modified";
    answer.count = 0;
    return answer;
  }
  auto const asked = request.field("Range");
  if (method != "GET" || !asked || !range_counts(request, last_modified, etag)) return answer;
  auto const range = parse_range(*asked, size);
  if (!range) return answer;
  answer.offset = range->begin;
  answer.count = range->end - range->begin;
  if (answer.count == 0) {
    answer.status = 416;
    answer.status_line = "416 Range Not Satisfiable";
    answer.fields = std::format("Content-Range: bytes */{}\r\n", size);
  } else {
    answer.status = 206;
    answer.status_line = "206 Partial Content";
    answer.fields = std::format("Content-Range: bytes {}-{}/{}\r\n", range->begin, range->end - 1, size);
  }
  return answer;
}

}  // namespace http
