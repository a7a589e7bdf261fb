// What the files that let libcrypto compute for mbedTLS have in common. libcrypto is in the binary for Python's ssl,
// and several times as fast; mbedTLS's own arithmetic would be nearly all of a handshake, and of a large answer, and
// the loop of a worker waits for it. Curves, signatures and records the linker puts in front of mbedTLS's (--wrap, see
// CMakeLists.txt); powers and digests mbedTLS calls itself, by a patch and by a hook it has. Any thread.
#pragma once

#include <mbedtls/ecp.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>

namespace tls::libcrypto {

template <auto release>
struct Release {
  void operator()(auto* released) const { release(released); }
};

using Number = std::unique_ptr<BIGNUM, Release<BN_clear_free>>;
using Scratch = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, Release<EC_POINT_clear_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;

// Null: there is no memory. To be treated as a secret (BN_FLG_CONSTTIME). `from` is not negative.
Number number(mbedtls_mpi const& from);
// An error of mbedTLS's. `from` has at most `size` bytes, and is not negative.
int assign(mbedtls_mpi& to, BIGNUM const& from, std::size_t size);

EC_GROUP const* p256();
// Null: there is no memory, or (mbedTLS checks keys where it reads them) it is not on the curve.
Point p256_point(mbedtls_ecp_point const& from, BN_CTX* scratch);

}  // namespace tls::libcrypto
