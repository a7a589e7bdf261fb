// A request we do not serve: the status for the client and the reason for the log (RFC 9110 section 15).
#pragma once

#include <string>

#include "base/error.h"

namespace http {

struct Refusal {
  int status = 400;
  std::string detail;
  std::string cause = {};    // for the log alone, where the request is not to blame
  unsigned retry_after = 0;  // seconds after which the client may try again; 0: not said
};

// There is no memory for a head.
inline Refusal cannot_hold(base::Error const& error) {
  return {503, "The server has no memory left for the request", error.message(), 1};
}

// The content has no place (507, RFC 4918 section 11.5).
inline Refusal cannot_store(base::Error const& error) {
  return {507, "The content of the request cannot be stored", error.message()};
}

}  // namespace http
