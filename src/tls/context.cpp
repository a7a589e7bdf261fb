#include "tls/context.h"

#include <psa/crypto.h>

#include <format>
#include <string_view>

#include "base/strings.h"
#include "tls/context_state.h"
#include "tls/random.h"
#include "tls/seal.h"

namespace tls {
namespace {

using ClientCertificate = ContextOptions::ClientCertificate;

char const* kProtocols[] = {"http/1.1", nullptr};  // ALPN (RFC 7301)

// In the order of preference (RFC 8446 section 4.2.7).
std::uint16_t const kGroups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                 MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
                                 MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

// The certificates of the host that the client names (RFC 6066 section 3): of several that are for it, one with a key
// that the client understands. Without one the first of all does.
int choose_identity(void* state, mbedtls_ssl_context* session, unsigned char const* name, std::size_t size) {
  auto const host = base::lower({reinterpret_cast<char const*>(name), size});
  for (auto const& identity : static_cast<Context::State*>(state)->identities) {
    if (!identity.is_for(host)) continue;
    if (int const error = mbedtls_ssl_set_hs_own_cert(session, identity.chain.get(), identity.key.get()); error != 0)
      return error;
  }
  return 0;
}

int write_ticket(void* tickets, mbedtls_ssl_session const* session, unsigned char* start, unsigned char const* end,
                 std::size_t* length, std::uint32_t* lifetime) {
  auto const& seal = static_cast<Tickets*>(tickets)->seal();
  return mbedtls_ssl_ticket_write(seal.context.get(), session, start, end, length, lifetime);
}

int parse_ticket(void* tickets, mbedtls_ssl_session* session, unsigned char* bytes, std::size_t size) {
  auto const& seal = static_cast<Tickets*>(tickets)->seal();
  return mbedtls_ssl_ticket_parse(seal.context.get(), session, bytes, size);
}

int mode_of(ClientCertificate wanted) {
  switch (wanted) {
    case ClientCertificate::ignored:
      return MBEDTLS_SSL_VERIFY_NONE;
    case ClientCertificate::checked_if_sent:
      return MBEDTLS_SSL_VERIFY_OPTIONAL;
    case ClientCertificate::required:
      return MBEDTLS_SSL_VERIFY_REQUIRED;
  }
  return MBEDTLS_SSL_VERIFY_REQUIRED;
}

base::Result<void> load(ContextOptions const& options, Context::State& state) {
  if (options.ciphers.empty()) {
    state.ciphers = default_ciphers();
  } else {
    auto ciphers = parse_ciphers(options.ciphers);
    if (!ciphers) return std::unexpected(ciphers.error().within(std::format("ciphers = '{}'", options.ciphers)));
    state.ciphers = std::move(*ciphers);
  }
  state.ciphers.suites.push_back(0);
  for (auto const& files : options.identities)
    state.identities.push_back(TRY(read_identity(files.certificate, files.key)));
  if (!options.authorities.path.empty()) state.authorities = TRY(read_authorities(options.authorities));
  return {};
}

int configure(Context::State& state) {
  auto* const configuration = state.configuration.get();
  int error = mbedtls_ssl_config_defaults(configuration, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);
  if (error != 0) return error;
  mbedtls_ssl_conf_rng(configuration, random_bytes, nullptr);
  mbedtls_ssl_conf_min_tls_version(
      configuration, state.ciphers.allows_tls12 ? MBEDTLS_SSL_VERSION_TLS1_2 : MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_ciphersuites(configuration, state.ciphers.suites.data());
  mbedtls_ssl_conf_groups(configuration, kGroups);
  // A session that goes on has fresh keys all the same.
  mbedtls_ssl_conf_tls13_key_exchange_modes(configuration, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
  error = mbedtls_ssl_conf_alpn_protocols(configuration, kProtocols);
  if (error != 0) return error;
  auto const& first = state.identities.front();
  error = mbedtls_ssl_conf_own_cert(configuration, first.chain.get(), first.key.get());
  if (error != 0) return error;
  if (state.identities.size() > 1) mbedtls_ssl_conf_sni(configuration, choose_identity, &state);
  mbedtls_ssl_conf_authmode(configuration, mode_of(state.client_certificate));
  if (state.client_certificate != ClientCertificate::ignored) {
    // A ticket would stand for a certificate that nobody looks at again: each connection proves itself.
    mbedtls_ssl_conf_ca_chain(configuration, state.authorities.get(), nullptr);
  } else {
    mbedtls_ssl_conf_session_tickets_cb(configuration, write_ticket, parse_ticket, state.tickets.get());
  }
  return 0;
}

}  // namespace

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}

Context::~Context() = default;

base::Result<std::shared_ptr<Context const>> Context::create(ContextOptions const& options,
                                                             std::shared_ptr<Tickets> tickets) {
  if (psa_crypto_init() != PSA_SUCCESS) return base::failure("TLS: the cryptographic library does not start");
  auto state = std::make_unique<State>();
  state->client_certificate = options.client_certificate;
  state->tickets = std::move(tickets);
  TRY_VOID(load(options, *state));
  if (int const error = configure(*state); error != 0) return base::failure("TLS: " + text_of(error));
  return std::shared_ptr<Context const>(new Context(std::move(state)));
}

bool Context::asks_for_client_certificate() const {
  return state_->client_certificate != ClientCertificate::ignored;
}

}  // namespace tls
