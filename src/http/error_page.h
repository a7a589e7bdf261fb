// The whole answer to a request that is not served: head and a small HTML page. Always closes the connection.
#pragma once

#include <string>

#include "http/refusal.h"

namespace http {

std::string error_page(Refusal const&);

// The page alone.
std::string error_content(Refusal const&);

}  // namespace http
