#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls/libcrypto.h"

#include <openssl/obj_mac.h>

#include <bit>

namespace tls::libcrypto {

static_assert(std::endian::native == std::endian::little);  // limbs in memory are the number, least byte first

Number number(mbedtls_mpi const& from) {
  Number made(BN_lebin2bn(reinterpret_cast<unsigned char const*>(from.p), from.n * int{sizeof *from.p}, nullptr));
  if (made) BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

int assign(mbedtls_mpi& to, BIGNUM const& from, std::size_t size) {
  if (int const error = mbedtls_mpi_grow(&to, (size + sizeof *to.p - 1) / sizeof *to.p)) return error;
  auto const room = to.n * int{sizeof *to.p};
  if (BN_bn2lebinpad(&from, reinterpret_cast<unsigned char*>(to.p), room) != room)
    return MBEDTLS_ERR_MPI_BUFFER_TOO_SMALL;
  to.s = 1;
  return 0;
}

EC_GROUP const* p256() {
  static EC_GROUP const* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  return group;
}

Point p256_point(mbedtls_ecp_point const& from, BN_CTX* scratch) {
  auto const x = number(from.X), y = number(from.Y);
  Point made(p256() ? EC_POINT_new(p256()) : nullptr);
  if (!x || !y || !made) return nullptr;
  if (!EC_POINT_set_affine_coordinates(p256(), made.get(), x.get(), y.get(), scratch)) return nullptr;
  return made;
}

}  // namespace tls::libcrypto
