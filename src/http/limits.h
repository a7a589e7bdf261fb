// How much of a request we take, and which departures from the RFC the operator has permitted.
// The names on the right are Gunicorn's settings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "http/client_address.h"
#include "http/leniency.h"

namespace http {

struct Limits {
  std::size_t request_line = 4094;       // limit_request_line, bytes without CRLF; 0: no limit but line()
  std::size_t fields = 100;              // limit_request_fields
  std::size_t field_size = 8190;         // limit_request_field_size, name, colon, value and CRLF
  std::size_t body_in_memory = 1 << 20;  // beyond it a body is kept in pipes or spooled to a file
  std::uint64_t body = 0;                // limit_request_body; 0: no limit

  // A request line without a limit of its own gets the room of eight fields.
  std::size_t line() const { return request_line ? request_line : 8 * field_size; }
};

// What to do with field names that CGI cannot tell apart, because "_" and "-" become the same (header_map).
enum class HeaderMap { drop, refuse, dangerous };

struct Policy {
  Leniency leniency;
  // A request is complete once its content is (request_buffering). Otherwise once its head is, and the application
  // takes the content while it comes.
  bool gathers_content = true;
  bool is_tls = false;  // requests come encrypted: https, unless a trusted peer says otherwise
  bool permit_unconventional_http_version = false;
  bool permit_unconventional_http_method = false;
  bool casefold_http_method = false;
  HeaderMap header_map = HeaderMap::drop;
  std::vector<std::string> forwarder_headers = {"SCRIPT_NAME", "PATH_INFO"};
  struct SchemeHeader {
    std::string name, secure_value;
  };
  ClientAddressSource client_address = ClientAddressSource::off;  // real_client_address
  net::AddressSet proxies;                                        // forwarded_allow_ips
  std::vector<SchemeHeader> secure_scheme_headers = {
      {"X-FORWARDED-PROTOCOL", "ssl"}, {"X-FORWARDED-PROTO", "https"}, {"X-FORWARDED-SSL", "on"}};
};

}  // namespace http
