// Writes the access line of a request, in the format of the log. One per thread.
#pragma once

#include <memory>

#include "http/connection.h"
#include "http/response.h"
#include "log/access_json.h"
#include "log/access_line.h"
#include "log/log.h"
#include "python/logger.h"
#include "python/wsgi/application.h"
#include "worker/access_lines.h"

namespace worker {

// What came of a request. `status` 0: nothing was sent.
struct End {
  int status;
  std::uint64_t body_bytes;
  bool is_aborted;  // the client did not get all of it
};

// Of one that the application has answered, as far as it did.
End end_of(http::Connection const&, http::Response const&);

class AccessLog {
 public:
  // All outlive it. Without `lines` each line is written at once. A `logger` writes those of requests that no
  // application has answered.
  AccessLog(logging::AccessFormat const& format, logging::Log& log, AccessLines* lines = nullptr,
            python::Logger const* logger = nullptr);

  // The variables that the format names, to be filled in before the line of an answer is written.
  python::wsgi::EnvironNotes& notes() { return notes_; }

  bool is_enabled() const { return logger_ || log_.is_access_enabled(); }

  // While the connection still holds the request.
  void write(http::Connection const&, http::Response const&, End, base::Duration duration);

  // Of a request that no application has answered.
  void write(http::Connection const&, http::Request const&, End, base::Duration duration);

 private:
  void write(http::Connection const&, http::Request const&, logging::AccessDetails const&, End,
             base::Duration duration);

  logging::AccessLine line_;
  logging::AccessJson json_;
  logging::Log& log_;
  AccessLines* lines_;
  python::Logger const* logger_;
  python::wsgi::EnvironNotes notes_;
};

}  // namespace worker
