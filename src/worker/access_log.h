// Writes the access line of an answered request. One per lane.
#pragma once

#include <memory>

#include "http/connection.h"
#include "http/response.h"
#include "log/access_line.h"
#include "log/log.h"

namespace worker {

class AccessLog {
 public:
  // Both outlive it.
  AccessLog(logging::AccessFormat const& format, logging::Log& log) : line_(format), log_(log) {}

  bool is_enabled() const { return log_.is_access_enabled(); }

  // While the connection still holds the request.
  void write(http::Connection const&, http::Response const&, base::Duration duration);

 private:
  logging::AccessLine line_;
  logging::Log& log_;
};

}  // namespace worker
