// Points of P-256 and Curve25519 are multiplied by libcrypto; those of all other curves by mbedTLS. Any thread.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/ecp.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <array>

#include "tls/libcrypto.h"

using Random = int (*)(void*, unsigned char*, std::size_t);

extern "C" {
int __real_mbedtls_ecp_mul_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*, mbedtls_mpi const*,
                                       mbedtls_ecp_point const*, Random, void*, mbedtls_ecp_restart_ctx*);
int __wrap_mbedtls_ecp_mul_restartable(mbedtls_ecp_group*, mbedtls_ecp_point*, mbedtls_mpi const*,
                                       mbedtls_ecp_point const*, Random, void*, mbedtls_ecp_restart_ctx*);
int __wrap_mbedtls_ecp_mul(mbedtls_ecp_group*, mbedtls_ecp_point*, mbedtls_mpi const*, mbedtls_ecp_point const*, Random,
                           void*);
}

namespace tls::libcrypto {
namespace {

constexpr std::size_t kSize = 32;  // of a coordinate and a scalar of both curves, in bytes
constexpr int kFailed = MBEDTLS_ERR_ECP_ALLOC_FAILED;

// Of a secret: wiped when it goes.
struct Bytes : std::array<unsigned char, kSize> {
  ~Bytes() { OPENSSL_cleanse(data(), size()); }
};

int multiply_p256(mbedtls_ecp_point& result, mbedtls_mpi const& scalar, mbedtls_ecp_point const* point) {
  auto const* const group = p256();
  Scratch const scratch(BN_CTX_new());
  Point const product(group ? EC_POINT_new(group) : nullptr);
  auto const factor = number(scalar);
  if (!scratch || !product || !factor) return kFailed;
  if (point) {
    auto const other = p256_point(*point, scratch.get());
    if (!other || !EC_POINT_mul(group, product.get(), nullptr, other.get(), factor.get(), scratch.get()))
      return kFailed;
  } else if (!EC_POINT_mul(group, product.get(), factor.get(), nullptr, nullptr, scratch.get())) {
    return kFailed;
  }
  Number const x(BN_new()), y(BN_new());
  if (!x || !y || !EC_POINT_get_affine_coordinates(group, product.get(), x.get(), y.get(), scratch.get()))
    return kFailed;
  if (int const error = assign(result.X, *x, kSize)) return error;
  if (int const error = assign(result.Y, *y, kSize)) return error;
  return mbedtls_mpi_lset(&result.Z, 1);
}

// A private key whose public half nobody will ask for: libcrypto would compute one that it is not given.
Key half_a_key(Bytes& scalar) {
  static Bytes no_public_half{};
  OSSL_PARAM halves[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, scalar.data(), kSize),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, no_public_half.data(), kSize),
      OSSL_PARAM_construct_end(),
  };
  Context const context(EVP_PKEY_CTX_new_id(EVP_PKEY_X25519, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0) return nullptr;
  (void)EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, halves);
  return Key(made);
}

// RFC 7748 section 5. The base point's product is the public key of the scalar.
int multiply_25519(mbedtls_ecp_point& result, mbedtls_mpi const& scalar, mbedtls_ecp_point const* point) {
  Bytes bytes, product;
  if (mbedtls_mpi_write_binary_le(&scalar, bytes.data(), kSize) != 0) return kFailed;
  Key const own =
      point ? half_a_key(bytes) : Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.data(), kSize));
  std::size_t size = kSize;
  if (!own) return kFailed;
  if (point) {
    if (mbedtls_mpi_write_binary_le(&point->X, bytes.data(), kSize) != 0) return kFailed;
    Key const peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes.data(), kSize));
    Context const agreement(EVP_PKEY_CTX_new(own.get(), nullptr));
    if (!peer || !agreement || EVP_PKEY_derive_init(agreement.get()) <= 0) return kFailed;
    if (EVP_PKEY_derive_set_peer(agreement.get(), peer.get()) <= 0 ||
        EVP_PKEY_derive(agreement.get(), product.data(), &size) <= 0)
      return MBEDTLS_ERR_ECP_INVALID_KEY;  // a point of small order (section 6.1)
  } else if (!EVP_PKEY_get_raw_public_key(own.get(), product.data(), &size)) {
    return kFailed;
  }
  if (int const error = mbedtls_mpi_read_binary_le(&result.X, product.data(), kSize)) return error;
  mbedtls_mpi_free(&result.Y);
  return mbedtls_mpi_lset(&result.Z, 1);
}

}  // namespace
}  // namespace tls::libcrypto

int __wrap_mbedtls_ecp_mul_restartable(mbedtls_ecp_group* group, mbedtls_ecp_point* result, mbedtls_mpi const* scalar,
                                       mbedtls_ecp_point const* point, Random random, void* random_state,
                                       mbedtls_ecp_restart_ctx* restart) {
  bool const is_p256 = group->id == MBEDTLS_ECP_DP_SECP256R1;
  if (!is_p256 && group->id != MBEDTLS_ECP_DP_CURVE25519)
    return __real_mbedtls_ecp_mul_restartable(group, result, scalar, point, random, random_state, restart);
  bool const is_base = point == &group->G;
  if (int const error = mbedtls_ecp_check_privkey(group, scalar)) return error;
  if (int const error = is_base ? 0 : mbedtls_ecp_check_pubkey(group, point)) return error;
  auto const* const other = is_base ? nullptr : point;
  return is_p256 ? tls::libcrypto::multiply_p256(*result, *scalar, other)
                 : tls::libcrypto::multiply_25519(*result, *scalar, other);
}

int __wrap_mbedtls_ecp_mul(mbedtls_ecp_group* group, mbedtls_ecp_point* result, mbedtls_mpi const* scalar,
                           mbedtls_ecp_point const* point, Random random, void* random_state) {
  return __wrap_mbedtls_ecp_mul_restartable(group, result, scalar, point, random, random_state, nullptr);
}
