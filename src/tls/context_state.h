// mbedTLS's part of Context.
#pragma once

#include <vector>

#include "tls/ciphers.h"
#include "tls/context.h"
#include "tls/files.h"
#include "tls/library.h"

namespace tls {

struct Context::State {
  ContextOptions::ClientCertificate client_certificate;
  CipherList ciphers;  // ends with 0, as mbedTLS wants it
  std::vector<Identity> identities;
  Certificate authorities;
  std::shared_ptr<Tickets> tickets;
  Configuration configuration;  // last: refers to the others
};

}  // namespace tls
