// A request and its response as the plain tuples of which Python code of ours (monoceros.objects) makes the objects
// that hooks and loggers get.
#pragma once

#include "http/connection.h"
#include "http/response.h"
#include "python/raised.h"

namespace python {

// Empty with the exception set when memory runs out.
Ref request_facts(Gil const&, http::Connection const&, http::Request const&);
Ref response_facts(Gil const&, http::Response const&);

}  // namespace python
