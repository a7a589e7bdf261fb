#include "worker/access_log.h"

#include <algorithm>

#include "base/strings.h"
#include "http/basic_auth.h"
#include "http/percent.h"

namespace worker {
namespace {

// The value of the first line "Name: value" in a block of response fields.
std::string_view find_field(std::string_view block, std::string_view name) {
  while (!block.empty()) {
    auto const end = block.find("\r\n");
    auto const line = block.substr(0, end);
    auto const colon = line.find(':');
    if (base::equal_ignoring_case(line.substr(0, colon), name)) return base::trim(line.substr(colon + 1));
    block.remove_prefix(end == block.npos ? block.size() : end + 2);
  }
  return {};
}

// nginx's word for a client that left before it was answered.
constexpr int kClientClosedRequest = 499;

class Details : public logging::AccessDetails {
 public:
  // `response` may be missing.
  Details(http::Connection const& connection, http::Request const& request, http::Response const* response,
          python::wsgi::EnvironNotes const& notes)
      : connection_(connection), request_(request), response_(response), notes_(notes) {}

  std::string_view request_header(std::string_view name) const override { return request_.field(name).value_or(""); }
  std::string_view response_header(std::string_view name) const override {
    return response_ ? find_field(response_->fields(), name) : std::string_view();
  }
  std::string_view environ_value(std::string_view name) const override {
    auto const noted = std::ranges::find(notes_, name, &python::wsgi::EnvironNotes::value_type::first);
    return response_ && noted != notes_.end() ? std::string_view(noted->second) : of_request(name);
  }

 private:
  // Where no application has had an environ: what it would have had.
  std::string_view of_request(std::string_view name) const {
    auto const is = [&](std::string_view variable) { return base::equal_ignoring_case(name, variable); };
    auto const& request = request_;
    if (is("REQUEST_METHOD")) return request.text(request.method);
    if (is("RAW_URI")) return request.text(request.target);
    if (is("PATH_INFO")) return request.text(request.path);
    if (is("QUERY_STRING")) return request.text(request.query);
    if (is("SERVER_PROTOCOL")) return request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    if (is("REMOTE_ADDR")) return connection_.client(request_).address;
    if (is("REMOTE_PORT")) return connection_.client(request_).port;
    if (is("SERVER_NAME")) return connection_.local().name;
    if (is("SERVER_PORT")) return connection_.local().port;
    std::string field(name);
    for (char& c : field) c = c == '_' ? '-' : c;
    bool const is_plain = is("CONTENT_TYPE") || is("CONTENT_LENGTH");
    if (!is_plain && !base::equal_ignoring_case(field.substr(0, 5), "HTTP-")) return {};
    return request.field(is_plain ? field : field.substr(5)).value_or("");
  }

  http::Connection const& connection_;
  http::Request const& request_;
  http::Response const* response_;
  python::wsgi::EnvironNotes const& notes_;
};

std::string_view protocol_of(http::Request const& request) {
  if (request.fields.empty() && !request.path.size) return {};  // its first line has not come to an end
  return request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

}  // namespace

End end_of(http::Connection const& connection, http::Response const& response) {
  bool const is_aborted = connection.output_status() == http::Outbox::Status::closed;
  // An application that failed because the client was gone has not said what it would have answered.
  bool const is_unanswered = is_aborted && !response.has_status();
  return {is_unanswered ? kClientClosedRequest : response.status(), response.content_sent(), is_aborted};
}

AccessLog::AccessLog(logging::AccessFormat const& format, logging::Log& log, AccessLines* lines,
                     python::Logger const* logger)
    : line_(format), json_(format), log_(log), lines_(lines), logger_(logger) {
  for (auto const& piece : format.pieces()) {
    if (piece.atom == logging::AccessFormat::Atom::environ_value) notes_.emplace_back(piece.text, "");
  }
}

void AccessLog::write(http::Connection const& connection, http::Response const& response, End end,
                      base::Duration duration) {
  auto const& request = connection.request();
  write(connection, request, Details(connection, request, &response, notes_), end, duration);
}

void AccessLog::write(http::Connection const& connection, http::Request const& request, End end,
                      base::Duration duration) {
  if (logger_) return logger_->unanswered(connection, request, end.status, end.body_bytes, duration);
  write(connection, request, Details(connection, request, nullptr, notes_), end, duration);
}

void AccessLog::write(http::Connection const& connection, http::Request const& request,
                      logging::AccessDetails const& details, End end, base::Duration duration) {
  std::string decoded;
  logging::AccessRecord record;
  record.remote_address = connection.client(request).address;
  auto const user = http::basic_user(request);
  record.user = user;
  record.method = request.text(request.method);
  record.target = request.text(request.target);
  record.protocol = protocol_of(request);
  record.path = http::percent_decoded(request.text(request.path), decoded);
  record.query = request.text(request.query);
  record.status = static_cast<unsigned>(end.status);
  record.body_bytes = end.body_bytes;
  record.referer = request.field("Referer").value_or("");
  record.user_agent = request.field("User-Agent").value_or("");
  record.duration = duration;
  record.is_aborted = end.is_aborted;
  record.details = &details;
  bool const is_json = log_.format() == logging::Format::json;
  auto const line = is_json ? json_.render(record, base::wall_now()) : line_.render(record, base::wall_now());
  if (lines_)
    lines_->add(line);
  else
    log_.access(line);
}

}  // namespace worker
