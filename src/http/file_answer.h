// What a request for a file gets: all of it, a part (RFC 9110 section 14), or the news that it has not changed or has
// no such part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.h"

namespace http {

struct FileAnswer {
  int status = 200;
  std::string_view status_line = "200 OK";
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
  std::string fields;  // "Content-Range: ...\r\n", if there is one
};

// Only GET and HEAD have conditions and ranges. `last_modified` is the field's text, and `etag` the application's,
// which may be empty. Several ranges are answered with the whole, as is allowed.
FileAnswer answer_for_file(Request const&, std::uint64_t size, std::string_view last_modified, std::string_view etag);

}  // namespace http
