// Whatever libcrypto computes in its place, mbedTLS would have computed the same.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <gtest/gtest.h>
#include <mbedtls/ecp.h>
#include <openssl/err.h>

#include "tls/random.h"

extern "C" int __real_mbedtls_ecp_mul(mbedtls_ecp_group*, mbedtls_ecp_point*, mbedtls_mpi const*,
                                      mbedtls_ecp_point const*, int (*)(void*, unsigned char*, std::size_t), void*);

namespace tls {
namespace {

struct Curves : testing::TestWithParam<mbedtls_ecp_group_id> {
  Curves() {
    mbedtls_ecp_group_init(&group);
    EXPECT_EQ(mbedtls_ecp_group_load(&group, GetParam()), 0);
    mbedtls_mpi_init(&scalar);
    for (auto* const point : {&point_, &ours, &theirs}) mbedtls_ecp_point_init(point);
  }
  ~Curves() override {
    for (auto* const point : {&point_, &ours, &theirs}) mbedtls_ecp_point_free(point);
    mbedtls_mpi_free(&scalar);
    mbedtls_ecp_group_free(&group);
  }

  void choose_scalar() { EXPECT_EQ(mbedtls_ecp_gen_privkey(&group, &scalar, random_bytes, nullptr), 0); }

  void expect_the_same(mbedtls_ecp_point const& point) {
    ASSERT_EQ(mbedtls_ecp_mul(&group, &ours, &scalar, &point, random_bytes, nullptr), 0);
    ASSERT_EQ(__real_mbedtls_ecp_mul(&group, &theirs, &scalar, &point, random_bytes, nullptr), 0);
    EXPECT_EQ(mbedtls_ecp_point_cmp(&ours, &theirs), 0);
  }

  mbedtls_ecp_group group;
  mbedtls_mpi scalar;
  mbedtls_ecp_point point_, ours, theirs;
};

TEST_P(Curves, MultiplyTheBasePoint) {
  for (int round = 0; round < 100; ++round) {
    choose_scalar();
    expect_the_same(group.G);
  }
}

TEST_P(Curves, MultiplyAnyPoint) {
  for (int round = 0; round < 100; ++round) {
    choose_scalar();
    ASSERT_EQ(__real_mbedtls_ecp_mul(&group, &point_, &scalar, &group.G, random_bytes, nullptr), 0);
    choose_scalar();
    expect_the_same(point_);
  }
}

TEST_P(Curves, PutTheResultInThePlaceOfThePoint) {
  choose_scalar();
  ASSERT_EQ(mbedtls_ecp_copy(&point_, &group.G), 0);
  ASSERT_EQ(__real_mbedtls_ecp_mul(&group, &theirs, &scalar, &point_, random_bytes, nullptr), 0);
  ASSERT_EQ(mbedtls_ecp_mul(&group, &point_, &scalar, &point_, random_bytes, nullptr), 0);
  EXPECT_EQ(mbedtls_ecp_point_cmp(&point_, &theirs), 0);
}

TEST_P(Curves, RefusePointsThatAreNotOnThem) {
  choose_scalar();
  // On P-256 there is none with x = 1 and y = 1, on Curve25519 the one with u = 1 is of small order.
  ASSERT_EQ(mbedtls_mpi_lset(&point_.X, 1), 0);
  ASSERT_EQ(mbedtls_mpi_lset(&point_.Z, 1), 0);
  if (GetParam() != MBEDTLS_ECP_DP_CURVE25519) ASSERT_EQ(mbedtls_mpi_lset(&point_.Y, 1), 0);
  EXPECT_EQ(mbedtls_ecp_mul(&group, &ours, &scalar, &point_, random_bytes, nullptr), MBEDTLS_ERR_ECP_INVALID_KEY);
  EXPECT_EQ(ERR_peek_error(), 0u);  // Python's ssl would take it for its own
}

TEST_P(Curves, RefuseScalarsThatAreNoKeys) {
  ASSERT_EQ(mbedtls_mpi_lset(&scalar, 0), 0);
  EXPECT_EQ(mbedtls_ecp_mul(&group, &ours, &scalar, &group.G, random_bytes, nullptr), MBEDTLS_ERR_ECP_INVALID_KEY);
}

INSTANTIATE_TEST_SUITE_P(All, Curves,
                         testing::Values(MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_CURVE25519,
                                         MBEDTLS_ECP_DP_SECP384R1));

}  // namespace
}  // namespace tls
