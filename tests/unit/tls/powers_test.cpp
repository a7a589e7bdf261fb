// What libcrypto computes in its place is what mbedTLS, with the other key, undoes.
#include <gtest/gtest.h>
#include <mbedtls/rsa.h>

#include <array>
#include <vector>

#include "tls/random.h"

namespace tls {
namespace {

struct Powers : testing::TestWithParam<unsigned> {
  Powers() {
    mbedtls_rsa_init(&key);
    EXPECT_EQ(mbedtls_rsa_gen_key(&key, random_bytes, nullptr, GetParam(), 65537), 0);
  }
  ~Powers() override { mbedtls_rsa_free(&key); }

  mbedtls_rsa_context key;
};

TEST_P(Powers, MakeSignatures) {
  std::array<unsigned char, 32> hash{};
  std::vector<unsigned char> signature(mbedtls_rsa_get_len(&key));
  for (int round = 0; round < 20; ++round) {
    (void)random_bytes(nullptr, hash.data(), hash.size());
    ASSERT_EQ(mbedtls_rsa_pkcs1_sign(&key, random_bytes, nullptr, MBEDTLS_MD_SHA256, hash.size(), hash.data(),
                                     signature.data()),
              0);
    EXPECT_EQ(mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_SHA256, hash.size(), hash.data(), signature.data()), 0);
  }
}

TEST_P(Powers, OfTheSmallestNumbers) {
  std::vector<unsigned char> number(mbedtls_rsa_get_len(&key)), power(number.size());
  for (int round = 0; round < 3; ++round, ++number.back()) {
    ASSERT_EQ(mbedtls_rsa_private(&key, random_bytes, nullptr, number.data(), power.data()), 0);
    ASSERT_EQ(mbedtls_rsa_public(&key, power.data(), power.data()), 0);
    EXPECT_EQ(power, number);
  }
}

// 1024 bits of a prime are what libcrypto has a way of its own for.
INSTANTIATE_TEST_SUITE_P(All, Powers, testing::Values(1024u, 1030u, 2048u));

}  // namespace
}  // namespace tls
