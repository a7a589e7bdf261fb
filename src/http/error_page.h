// The whole answer to a request that is not served: head and a small HTML page. Always closes the connection.
#pragma once

#include <string>
#include <string_view>

#include "http/refusal.h"

namespace http {

// Without the page where the method is HEAD (RFC 9110 section 9.3.2); it may be unknown.
std::string error_page(Refusal const&, std::string_view method);

// The page alone.
std::string error_content(Refusal const&);

}  // namespace http
