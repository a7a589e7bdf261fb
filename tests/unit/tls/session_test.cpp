// A session and a client of OpenSSL, at the two ends of a socket that the test can fill and empty.
#include "tls/session.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

#include "base/fd.h"
#include "tls/tickets.h"

namespace tls {
namespace {

using Kind = base::sys::Transfer::Kind;

// A key and a certificate that it has signed itself, in one file.
std::string write_identity() {
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

struct SessionTest : testing::Test {
  ~SessionTest() override {
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

  base::sys::Transfer send(std::string text) {
    iovec const piece{text.data(), text.size()};
    return session->send({&piece, 1});
  }

  Kind receive() {
    std::array<char, 1000> room;
    return session->receive(room).kind;
  }

  // What mbedTLS answers with an alert (RFC 5746 section 4.2).
  void ask_for_renegotiation() {
    SSL_renegotiate(client);
    (void)SSL_do_handshake(client);
  }

  // Whatever the client has not read yet.
  void drain() {
    std::array<char, 65536> ignored;
    while (::read(client_end.get(), ignored.data(), ignored.size()) > 0) continue;
  }

  std::string identity = write_identity();
  base::Fd server_end, client_end;
  std::unique_ptr<Session> session;
  SSL_CTX* client_context = nullptr;
  SSL* client = nullptr;
};

TEST_F(SessionTest, RecordThatWentOutBeforeAnAlertIsNotSentAgain) {
  connect(TLS1_2_VERSION);
  while (!session->has_unsent()) ASSERT_EQ(send(std::string(16384, 'x')).kind, Kind::done);
  drain();
  ask_for_renegotiation();
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_FALSE(session->has_unsent());
  EXPECT_EQ(session->flush(), Kind::done);
}

TEST_F(SessionTest, AlertThatFindsNoRoomTakesNobodysPlace) {
  connect(TLS1_2_VERSION);
  std::string const junk(4096, 'x');
  while (::write(server_end.get(), junk.data(), junk.size()) > 0) continue;
  ask_for_renegotiation();
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_TRUE(session->has_unsent());
  EXPECT_EQ(send("an answer").kind, Kind::again);
  drain();
  EXPECT_EQ(send("an answer").kind, Kind::done);
  EXPECT_FALSE(session->has_unsent());
}

TEST_F(SessionTest, RecordsThatMeanNothingDoNotHoldItForLong) {
  connect(TLS1_3_VERSION);
  EXPECT_EQ(receive(), Kind::again);
  EXPECT_FALSE(session->was_cut_short());
  ::fcntl(client_end.get(), F_SETFL, 0);
  std::atomic<bool> is_over = false;
  std::thread speaker([&] {
    std::string flood;
    while (flood.size() < 1 << 18) flood += std::string("\x14\x03\x03\x00\x01\x01", 6);  // RFC 8446 section 5
    for (int count = 0; count < 200 && !is_over; ++count)
      if (::send(client_end.get(), flood.data(), flood.size(), MSG_NOSIGNAL) < 0) break;
    is_over = true;
  });
  while (!is_over && !session->was_cut_short()) EXPECT_EQ(receive(), Kind::again);
  EXPECT_TRUE(session->was_cut_short());
  is_over = true;
  ::shutdown(server_end.get(), SHUT_RDWR);
  speaker.join();
}

}  // namespace
}  // namespace tls
