// Cipher suites by the lists that OpenSSL's users write (openssl-ciphers(1)): names, aliases, `!`, `-`, `+`, @STRENGTH.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace tls {

struct CipherList {
  std::vector<int> suites;    // numbers of the IANA registry, best first; those of TLS 1.3 in front
  bool allows_tls12 = false;  // there are suites for TLS 1.2 among them
};

// As OpenSSL reads it, the list decides about TLS 1.2 alone and leaves TLS 1.3's suites all in; where it names some of
// TLS 1.3, those are the ones. The error names the word that is not known, and the way out.
base::Result<CipherList> parse_ciphers(std::string_view list);

// Forward secrecy and authenticated encryption only.
CipherList default_ciphers();

// The name that OpenSSL gives a suite; empty for one we do not know.
std::string_view openssl_name(int suite);

}  // namespace tls
