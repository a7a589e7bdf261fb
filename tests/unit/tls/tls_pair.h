// A session and a client of OpenSSL, at the two ends of a socket that the test can fill and empty.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "base/fd.h"
#include "tls/session.h"
#include "tls/tickets.h"

namespace tls {

// A key and a certificate that it has signed itself, in one file.
inline std::string write_identity() {
  auto const path = testing::TempDir() + "identity." + std::to_string(::getpid()) + ".pem";
  auto* const key = EVP_EC_gen("P-256");
  auto* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  auto* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("x"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  auto* const file = std::fopen(path.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_X509(file, certificate);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return path;
}

struct TlsPair {
  TlsPair() = default;
  TlsPair(TlsPair const&) = delete;
  ~TlsPair() {
    SSL_free(client);
    SSL_CTX_free(client_context);
    ::unlink(identity.c_str());
  }

  void connect(int version) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    server_end.reset(ends[0]);
    client_end.reset(ends[1]);
    ContextOptions options;
    options.identities.push_back({{"certfile", identity}, {"keyfile", identity}});
    auto context = Context::create(options, Tickets::create().value());
    ASSERT_TRUE(context) << context.error().message();
    session = Session::create(*context, server_end.get()).value();
    client_context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(client_context, version);
    client = SSL_new(client_context);
    SSL_set_fd(client, client_end.get());
    for (bool done = false; !done;) {
      done = SSL_connect(client) == 1;
      auto const outcome = session->handshake();
      ASSERT_TRUE(outcome == Session::Handshake::done || outcome == Session::Handshake::pending) << session->failure();
      done = done && outcome == Session::Handshake::done;
    }
  }

  std::string identity = write_identity();
  base::Fd server_end, client_end;
  std::unique_ptr<Session> session;
  SSL_CTX* client_context = nullptr;
  SSL* client = nullptr;
};

}  // namespace tls
