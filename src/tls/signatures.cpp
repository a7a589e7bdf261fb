// ECDSA on P-256 is signed and verified by libcrypto, on all other curves by mbedTLS. Any thread.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#define OPENSSL_SUPPRESS_DEPRECATED  // a key of numbers that are known already is made without its checks by these only

#include <mbedtls/ecdsa.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include "tls/libcrypto.h"

using Random = int (*)(void*, unsigned char*, std::size_t);

extern "C" {
int __real_mbedtls_ecdsa_write_signature(mbedtls_ecdsa_context*, mbedtls_md_type_t, unsigned char const*, std::size_t,
                                         unsigned char*, std::size_t, std::size_t*, Random, void*);
int __wrap_mbedtls_ecdsa_write_signature(mbedtls_ecdsa_context*, mbedtls_md_type_t, unsigned char const*, std::size_t,
                                         unsigned char*, std::size_t, std::size_t*, Random, void*);
int __real_mbedtls_ecdsa_read_signature(mbedtls_ecdsa_context*, unsigned char const*, std::size_t, unsigned char const*,
                                        std::size_t);
int __wrap_mbedtls_ecdsa_read_signature(mbedtls_ecdsa_context*, unsigned char const*, std::size_t, unsigned char const*,
                                        std::size_t);
}

namespace tls::libcrypto {
namespace {

using SigningKey = std::unique_ptr<EC_KEY, Release<EC_KEY_free>>;

constexpr std::size_t kLongest = MBEDTLS_ECDSA_MAX_SIG_LEN(256);  // DER, in bytes

SigningKey p256_key() {
  SigningKey made(p256() ? EC_KEY_new() : nullptr);
  return made && EC_KEY_set_group(made.get(), p256()) ? std::move(made) : nullptr;
}

}  // namespace
}  // namespace tls::libcrypto

int __wrap_mbedtls_ecdsa_write_signature(mbedtls_ecdsa_context* key, mbedtls_md_type_t digest,
                                         unsigned char const* hash, std::size_t hash_size, unsigned char* signature,
                                         std::size_t room, std::size_t* size, Random random, void* random_state) {
  if (key->grp.id != MBEDTLS_ECP_DP_SECP256R1 || room < tls::libcrypto::kLongest)
    return __real_mbedtls_ecdsa_write_signature(key, digest, hash, hash_size, signature, room, size, random,
                                                random_state);
  auto const own = tls::libcrypto::p256_key();
  auto const secret = tls::libcrypto::number(key->d);
  unsigned written = 0;
  bool const is_signed = own && secret && EC_KEY_set_private_key(own.get(), secret.get()) &&
                         ECDSA_sign(0, hash, static_cast<int>(hash_size), signature, &written, own.get());
  *size = written;
  return is_signed ? 0 : MBEDTLS_ERR_ECP_ALLOC_FAILED;
}

int __wrap_mbedtls_ecdsa_read_signature(mbedtls_ecdsa_context* key, unsigned char const* hash, std::size_t hash_size,
                                        unsigned char const* signature, std::size_t size) {
  if (key->grp.id != MBEDTLS_ECP_DP_SECP256R1)
    return __real_mbedtls_ecdsa_read_signature(key, hash, hash_size, signature, size);
  auto const theirs = tls::libcrypto::p256_key();
  auto const point = tls::libcrypto::p256_point(key->Q, nullptr);
  if (!theirs || !point || !EC_KEY_set_public_key(theirs.get(), point.get())) return MBEDTLS_ERR_ECP_ALLOC_FAILED;
  bool const is_right =
      ECDSA_verify(0, hash, static_cast<int>(hash_size), signature, static_cast<int>(size), theirs.get()) == 1;
  return is_right ? 0 : MBEDTLS_ERR_ECP_VERIFY_FAILED;
}
