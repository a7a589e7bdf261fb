// One answered request, as the access log sees it. Everything is borrowed for the time of the call that renders it;
// text that is not known stays empty.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace logging {

// What only some formats ask for, looked up when one does. An unknown name is answered with "".
class AccessDetails {
 public:
  virtual ~AccessDetails() = default;
  // `name` is in lower case.
  virtual std::string_view request_header(std::string_view name) const = 0;
  virtual std::string_view response_header(std::string_view name) const = 0;
  // `name` is as the format has it.
  virtual std::string_view environ_value(std::string_view name) const = 0;
};

struct AccessRecord {
  std::string_view remote_address = {};
  std::string_view user = {};      // of HTTP basic authentication
  std::string_view method = {};    // "GET"
  std::string_view target = {};    // as it came: "/a%20b?x=1"
  std::string_view protocol = {};  // "HTTP/1.1"
  std::string_view path = {};      // decoded, without the query
  std::string_view query = {};
  unsigned status = 0;
  std::uint64_t body_bytes = 0;  // sent, without the head
  std::string_view referer = {};
  std::string_view user_agent = {};
  base::Duration duration{};
  bool is_aborted = false;  // the client did not get all of the answer
  AccessDetails const* details = nullptr;
};

}  // namespace logging
