#include "worker/access_log.h"

#include "base/strings.h"
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

class Details : public logging::AccessDetails {
 public:
  Details(http::Request const& request, http::Response const& response) : request_(request), response_(response) {}

  std::string_view request_header(std::string_view name) const override { return request_.field(name).value_or(""); }
  std::string_view response_header(std::string_view name) const override {
    return find_field(response_.fields(), name);
  }
  // The environ is gone by now; what comes straight from the request is still known.
  std::string_view environ_value(std::string_view name) const override {
    if (!name.starts_with("HTTP_")) return {};
    std::string field(name.substr(5));
    for (char& c : field) c = c == '_' ? '-' : c;
    return request_.field(field).value_or("");
  }

 private:
  http::Request const& request_;
  http::Response const& response_;
};

}  // namespace

void AccessLog::write(http::Connection const& connection, http::Response const& response, base::Duration duration) {
  auto const& request = connection.request();
  Details const details(request, response);
  std::string decoded;
  logging::AccessRecord record;
  record.remote_address = connection.peer().address;
  record.method = request.text(request.method);
  record.target = request.text(request.target);
  record.protocol = request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  record.path = http::percent_decoded(request.text(request.path), decoded);
  record.query = request.text(request.query);
  record.status = static_cast<unsigned>(response.status());
  record.body_bytes = response.content_sent();
  record.referer = request.field("Referer").value_or("");
  record.user_agent = request.field("User-Agent").value_or("");
  record.duration = duration;
  record.details = &details;
  log_.access(line_.render(record, base::wall_now()));
}

}  // namespace worker
