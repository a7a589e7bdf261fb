// A certificate in words.
#pragma once

#include "tls/library.h"
#include "tls/session.h"

namespace tls {

ClientCertificate describe(mbedtls_x509_crt const&);

// RFC 2253: the most particular name first.
std::string text_of(mbedtls_x509_name const&);

}  // namespace tls
