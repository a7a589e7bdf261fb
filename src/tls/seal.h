// mbedTLS's part of Tickets.
#pragma once

#include <mbedtls/ssl_ticket.h>

#include "tls/library.h"
#include "tls/tickets.h"

namespace tls {

struct Tickets::Seal {
  Object<mbedtls_ssl_ticket_context, mbedtls_ssl_ticket_init, mbedtls_ssl_ticket_free> context;
};

}  // namespace tls
