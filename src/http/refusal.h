// A request we do not serve: the status for the client and the reason for the log (RFC 9110 section 15).
#pragma once

#include <chrono>
#include <format>
#include <string>

#include "base/error.h"
#include "http/pace.h"

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

// The content came slower than `pace` asks for.
inline Refusal content_is_late(Pace const& pace) {
  return {408,
          std::format("The content of the request did not come in time (body_timeout is {} s, min_rate {} bytes/s)",
                      std::chrono::duration<double>(pace.span).count(), pace.rate)};
}

}  // namespace http
