// What a private key of RSA computes modulo its two primes, by libcrypto. What is around it is mbedTLS's, which a patch
// makes call this (pyembed/patches/mbedtls): padding, blinding of the base, the Chinese remainder, a look at the
// result. Any thread.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/rsa.h>
#include <openssl/bn.h>

#include "tls/libcrypto.h"

// base ^ DP mod P and base ^ DQ mod Q, of a complete key.
extern "C" int tls_rsa_powers(mbedtls_mpi* modulo_p, mbedtls_mpi* modulo_q, mbedtls_mpi const* base,
                              mbedtls_rsa_context const* key);

namespace tls::libcrypto {
namespace {

int raise(mbedtls_mpi& modulo_p, mbedtls_mpi& modulo_q, mbedtls_mpi const& base, mbedtls_rsa_context const& key) {
  auto const whole = number(base), p = number(key.P), q = number(key.Q), dp = number(key.DP), dq = number(key.DQ);
  Number const by_p(BN_new()), by_q(BN_new());
  Scratch const scratch(BN_CTX_new());
  bool const are_raised = whole && p && q && dp && dq && by_p && by_q && scratch &&
                          BN_mod(by_p.get(), whole.get(), p.get(), scratch.get()) &&
                          BN_mod(by_q.get(), whole.get(), q.get(), scratch.get()) &&
                          BN_mod_exp_mont_consttime_x2(by_p.get(), by_p.get(), dp.get(), p.get(), nullptr, by_q.get(),
                                                       by_q.get(), dq.get(), q.get(), nullptr, scratch.get());
  if (!are_raised) return MBEDTLS_ERR_MPI_ALLOC_FAILED;
  if (int const error = assign(modulo_p, *by_p, mbedtls_mpi_size(&key.P))) return error;
  return assign(modulo_q, *by_q, mbedtls_mpi_size(&key.Q));
}

}  // namespace
}  // namespace tls::libcrypto

int tls_rsa_powers(mbedtls_mpi* modulo_p, mbedtls_mpi* modulo_q, mbedtls_mpi const* base,
                   mbedtls_rsa_context const* key) {
  return tls::libcrypto::raise(*modulo_p, *modulo_q, *base, *key);
}
