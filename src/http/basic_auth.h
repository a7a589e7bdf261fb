// The user name of HTTP basic authentication (RFC 7617), for the access log. Nobody is let in or kept out by it.
#pragma once

#include <string>

#include "http/request.h"

namespace http {

// Empty when the request names none.
std::string basic_user(Request const&);

}  // namespace http
