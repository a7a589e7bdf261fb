#include "tls/probe.h"

#include <poll.h>
#include <psa/crypto.h>

#include "base/sys.h"
#include "tls/library.h"
#include "tls/random.h"

namespace tls {
namespace {

using Kind = base::sys::Transfer::Kind;

class Stream : public net::ProbeStream {
 public:
  Stream(base::Fd socket, base::Instant deadline) : socket_(std::move(socket)), deadline_(deadline) {}

  base::Result<void> begin() {
    auto* const configuration = configuration_.get();
    if (psa_crypto_init() != PSA_SUCCESS) return base::failure("TLS: the cryptographic library does not start");
    mbedtls_ssl_config_defaults(configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(configuration, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(configuration, random_bytes, nullptr);
    if (int const error = mbedtls_ssl_setup(ssl_.get(), configuration); error != 0)
      return base::failure("TLS: " + text_of(error));
    mbedtls_ssl_set_hostname(ssl_.get(), nullptr);
    mbedtls_ssl_set_bio(ssl_.get(), &socket_, on_send, on_receive, nullptr);
    TRY(repeat([&] { return mbedtls_ssl_handshake(ssl_.get()); }));
    return {};
  }

  base::Result<void> send(std::string_view bytes) override {
    while (!bytes.empty()) {
      auto const* const data = reinterpret_cast<unsigned char const*>(bytes.data());
      bytes.remove_prefix(TRY(repeat([&] { return mbedtls_ssl_write(ssl_.get(), data, bytes.size()); })));
    }
    return {};
  }

  base::Result<std::size_t> receive(std::span<char> into) override {
    return repeat([&] {
      auto* const room = reinterpret_cast<unsigned char*>(into.data());
      int const count = mbedtls_ssl_read(ssl_.get(), room, into.size());
      return count == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : count;
    });
  }

 private:
  template <typename Call>
  base::Result<std::size_t> repeat(Call call) {
    for (;;) {
      int const outcome = call();
      if (outcome >= 0) return static_cast<std::size_t>(outcome);
      if (outcome == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) continue;
      bool const waits = outcome == MBEDTLS_ERR_SSL_WANT_READ || outcome == MBEDTLS_ERR_SSL_WANT_WRITE;
      if (!waits) return base::failure("TLS: " + text_of(outcome));
      TRY_VOID(net::await_socket(socket_.get(), outcome == MBEDTLS_ERR_SSL_WANT_READ ? POLLIN : POLLOUT, deadline_));
    }
  }

  static int on_send(void* socket, unsigned char const* bytes, std::size_t size) {
    iovec const piece{const_cast<unsigned char*>(bytes), size};
    auto const sent = base::sys::send(static_cast<base::Fd*>(socket)->get(), {&piece, 1});
    if (sent.kind == Kind::again) return MBEDTLS_ERR_SSL_WANT_WRITE;
    return sent.kind == Kind::done ? static_cast<int>(sent.bytes) : MBEDTLS_ERR_SSL_CONN_EOF;
  }

  static int on_receive(void* socket, unsigned char* into, std::size_t size) {
    auto const received =
        base::sys::receive(static_cast<base::Fd*>(socket)->get(), {reinterpret_cast<char*>(into), size});
    return received.kind == Kind::again ? MBEDTLS_ERR_SSL_WANT_READ : static_cast<int>(received.bytes);
  }

  base::Fd socket_;
  base::Instant deadline_;
  Configuration configuration_;
  Object<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free> ssl_;
};

}  // namespace

base::Result<std::unique_ptr<net::ProbeStream>> wrap_probe(base::Fd socket, base::Instant deadline) {
  auto stream = std::make_unique<Stream>(std::move(socket), deadline);
  TRY_VOID(stream->begin());
  return stream;
}

}  // namespace tls
