// While one lives, the application waits for its client: other threads have the interpreter, and what passes of the
// time is not the application's. Made by the thread that runs it.
#pragma once

#include "http/response.h"
#include "python/gil.h"

namespace python::wsgi {

class WaitForClient {
 public:
  WaitForClient(Gil const& gil, http::Response& response)
      : released_(gil), response_(response), was_handed_over_(response.is_handed_over()) {
    response_.hand_over();
  }
  // Waiting for the interpreter is the application's time again.
  ~WaitForClient() {
    if (!was_handed_over_) response_.take_back();
  }
  WaitForClient(WaitForClient const&) = delete;
  WaitForClient& operator=(WaitForClient const&) = delete;

 private:
  ReleaseGil released_;
  http::Response& response_;
  bool const was_handed_over_;  // for good, by gunicorn.socket
};

}  // namespace python::wsgi
