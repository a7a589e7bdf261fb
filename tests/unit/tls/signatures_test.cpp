// Either library accepts what the other has signed, and refuses the same.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <gtest/gtest.h>
#include <mbedtls/ecdsa.h>
#include <openssl/err.h>

#include <array>
#include <vector>

#include "tls/random.h"

using Bytes = std::vector<unsigned char>;
using Random = int (*)(void*, unsigned char*, std::size_t);

extern "C" int __real_mbedtls_ecdsa_write_signature(mbedtls_ecdsa_context*, mbedtls_md_type_t, unsigned char const*,
                                                    std::size_t, unsigned char*, std::size_t, std::size_t*, Random,
                                                    void*);
extern "C" int __real_mbedtls_ecdsa_read_signature(mbedtls_ecdsa_context*, unsigned char const*, std::size_t,
                                                   unsigned char const*, std::size_t);

namespace tls {
namespace {

struct Signatures : testing::TestWithParam<mbedtls_ecp_group_id> {
  Signatures() {
    mbedtls_ecdsa_init(&key);
    EXPECT_EQ(mbedtls_ecdsa_genkey(&key, GetParam(), random_bytes, nullptr), 0);
    (void)random_bytes(nullptr, hash.data(), hash.size());
  }
  ~Signatures() override { mbedtls_ecdsa_free(&key); }

  Bytes sign(auto with) {
    Bytes signature(MBEDTLS_ECDSA_MAX_LEN);
    std::size_t size = 0;
    EXPECT_EQ(with(&key, MBEDTLS_MD_SHA384, hash.data(), hash.size(), signature.data(), signature.size(), &size,
                   random_bytes, nullptr),
              0);
    signature.resize(size);
    return signature;
  }

  int verify(auto with, Bytes const& signature) {
    return with(&key, hash.data(), hash.size(), signature.data(), signature.size());
  }

  mbedtls_ecdsa_context key;
  std::array<unsigned char, 48> hash{};  // longer than a number of P-256
};

TEST_P(Signatures, OfEitherAreGoodForTheOther) {
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(verify(__real_mbedtls_ecdsa_read_signature, sign(mbedtls_ecdsa_write_signature)), 0);
    EXPECT_EQ(verify(mbedtls_ecdsa_read_signature, sign(__real_mbedtls_ecdsa_write_signature)), 0);
    ++hash[0];
  }
}

TEST_P(Signatures, OfSomethingElseAreRefused) {
  auto const signature = sign(mbedtls_ecdsa_write_signature);
  ++hash[0];
  EXPECT_EQ(verify(mbedtls_ecdsa_read_signature, signature), MBEDTLS_ERR_ECP_VERIFY_FAILED);
  EXPECT_EQ(ERR_peek_error(), 0u);  // Python's ssl would take it for its own
}

TEST_P(Signatures, ThatAreNoneAreRefused) {
  auto signature = sign(mbedtls_ecdsa_write_signature);
  auto longer = signature;
  longer.push_back(0);
  EXPECT_NE(verify(mbedtls_ecdsa_read_signature, longer), 0);
  signature.pop_back();
  EXPECT_NE(verify(mbedtls_ecdsa_read_signature, signature), 0);
  EXPECT_NE(verify(mbedtls_ecdsa_read_signature, Bytes(72, 0x30)), 0);
  EXPECT_NE(verify(mbedtls_ecdsa_read_signature, Bytes()), 0);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

INSTANTIATE_TEST_SUITE_P(All, Signatures, testing::Values(MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1));

}  // namespace
}  // namespace tls
