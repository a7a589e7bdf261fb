// Called around each request when somebody in Python wants to know of it (pre_request, post_request, a logger).
#pragma once

#include <functional>

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python {

struct RequestHooks {
  // Makes the object that stands for the request; without it, the exception that is set fails the request.
  std::function<Ref(Gil const&, http::Connection const&)> before;
  // What `before` has changed of its request is written into the environ; false with the exception set.
  std::function<bool(Gil const&, PyObject* environ, PyObject* request)> rewrite;
  std::function<void(Gil const&, PyObject* environ, PyObject* request, http::Response const&, base::Duration)> after;
};

}  // namespace python
