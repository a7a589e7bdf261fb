// Renders access log lines as JSON objects, each with the same members in the same order, typed: numbers are numbers,
// and what is not known is null.
//
//   {"time":"2026-11-20T09:34:47.123Z","log":"access","pid":7,"remote_address":"192.0.2.1","user":null,"method":"GET",
//    "target":"/a%20b?x=1","path":"/a
//    b","query":"x=1","protocol":"HTTP/1.1","status":200,"bytes":512,"duration":0.001234,
//    "referer":null,"user_agent":"curl/8","aborted":false}
//
// duration is in seconds. Header fields and variables that access_log_format names come on top, each kind in an object
// of its own: "request_headers":{"x-request-id":"abc"}, "response_headers", "environ". One per thread.
#pragma once

#include <string>
#include <string_view>

#include "log/access_format.h"
#include "log/json.h"

namespace logging {

class AccessJson {
 public:
  // `format` outlives it.
  explicit AccessJson(AccessFormat const& format) : format_(format) {}

  // The line, without a newline; valid until the next call. `now` is when the request ended.
  std::string_view render(AccessRecord const& record, base::WallTime now);

 private:
  void member(std::string_view name, std::string_view text);
  void member(std::string_view name, std::uint64_t number);
  void details(std::string_view name, AccessFormat::Atom kind, AccessRecord const& record);

  AccessFormat const& format_;
  std::string line_;
  JsonTime time_;
};

}  // namespace logging
