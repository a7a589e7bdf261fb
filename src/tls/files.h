// What the operator gives: files of PEM.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tls/context.h"
#include "tls/library.h"

namespace tls {

// A certificate with what leads to its issuer, and its key.
struct Identity {
  Certificate chain;
  PrivateKey key;

  // The names it is good for (RFC 9525), in lower case: those of the extension, else the common name. "*.example.org"
  // stands for one label.
  std::vector<std::string> names;

  bool is_for(std::string_view host) const;
};

// `key` may be the same file. Checks that the key is the certificate's.
base::Result<Identity> read_identity(NamedFile const& certificate, NamedFile const& key);

base::Result<Certificate> read_authorities(NamedFile const& file);

}  // namespace tls
