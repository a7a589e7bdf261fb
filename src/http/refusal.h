// A request we do not serve: the status for the client and the reason for the log (RFC 9110 section 15).
#pragma once

#include <string>

namespace http {

struct Refusal {
  int status = 400;
  std::string detail;
};

}  // namespace http
