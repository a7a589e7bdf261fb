#include "tls/tickets.h"

#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

#include "tls/random.h"
#include "tls/seal.h"

namespace tls {
namespace {

// A ticket is of use for as long as its key is known.
constexpr auto kLifetime =
    static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(2 * TicketKeys::kPeriod).count());

int install(mbedtls_ssl_ticket_context* context, TicketKeys::Key const& key) {
  std::array<unsigned char, 32> digest{};
  if (int const error = mbedtls_sha256(key.data(), key.size(), digest.data(), 0); error != 0) return error;
  return mbedtls_ssl_ticket_rotate(context, digest.data(), MBEDTLS_SSL_TICKET_KEY_NAME_BYTES, key.data(), key.size(),
                                   kLifetime);
}

}  // namespace

base::Result<std::shared_ptr<Tickets>> Tickets::create() {
  std::shared_ptr<Tickets> tickets(new Tickets(TRY(TicketKeys::create())));
  int const error = mbedtls_ssl_ticket_setup(tickets->seal_->context.get(), random_bytes, nullptr,
                                             MBEDTLS_CIPHER_AES_256_GCM, kLifetime);
  if (error != 0) return base::failure("session tickets: " + text_of(error));
  TRY_VOID(tickets->take_keys());
  return tickets;
}

Tickets::Tickets(TicketKeys keys) : keys_(keys), seal_(std::make_unique<Seal>()) {}

Tickets::~Tickets() {
  mbedtls_platform_zeroize(&keys_, sizeof keys_);
}

base::Result<void> Tickets::take_keys() {
  auto* const context = seal_->context.get();
  int error = install(context, keys_.keys().previous);
  if (error == 0) error = install(context, keys_.keys().present);
  if (error != 0) return base::failure("session tickets: " + text_of(error));
  return {};
}

void Tickets::advance() {
  std::lock_guard const lock(mutex_);
  if (keys_.advance(base::now())) (void)take_keys();
}

Tickets::Seal& Tickets::seal() {
  advance();
  return *seal_;
}

}  // namespace tls
