// The answer to a request whose application gives none.
#pragma once

#include "http/connection.h"
#include "http/refusal.h"
#include "http/response.h"

namespace http {

// Completes the message in the application's place: with the refusal's page, or by cutting off what has begun. By
// whoever runs the application.
void substitute(Connection&, Response&, Refusal const&);

}  // namespace http
