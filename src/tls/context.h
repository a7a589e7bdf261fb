// What the TLS connections of a server have in common: certificates and keys, ciphers, versions, whom to believe.
// Immutable once made; a connection holds the one it began with, so a renewed one takes the place of the present at any
// time. Made by one process and inherited by others across fork. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tls/tickets.h"

namespace tls {

// `setting` is what messages call the file.
struct NamedFile {
  std::string setting;
  std::string path;
};

struct IdentityFiles {
  NamedFile certificate;
  NamedFile key;  // may be the same file
};

struct ContextOptions {
  // One or more. Clients that name a host get the first that is for it, others the first of all.
  std::vector<IdentityFiles> identities;

  enum class ClientCertificate { ignored, checked_if_sent, required };
  ClientCertificate client_certificate = ClientCertificate::ignored;
  NamedFile authorities;  // of clients; an empty path: none

  std::string ciphers;  // as OpenSSL lists them; empty: our choice
};

class Context {
 public:
  // Errors are whole sentences for the operator, with setting and path.
  static base::Result<std::shared_ptr<Context const>> create(ContextOptions const& options,
                                                             std::shared_ptr<Tickets> tickets);

  ~Context();

  bool asks_for_client_certificate() const;

  struct State;
  State& state() const { return *state_; }  // for this folder

 private:
  explicit Context(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace tls
