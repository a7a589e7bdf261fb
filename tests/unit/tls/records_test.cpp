// Whatever libcrypto seals and opens in its place, mbedTLS would have sealed and opened alike.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <gtest/gtest.h>
#include <mbedtls/cipher.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tls/library.h"
#include "tls/random.h"

extern "C" int __real_mbedtls_cipher_setkey(mbedtls_cipher_context_t*, unsigned char const*, int, mbedtls_operation_t);

namespace tls {
namespace {

using Bytes = std::vector<unsigned char>;
using Context = Object<mbedtls_cipher_context_t, mbedtls_cipher_init, mbedtls_cipher_free>;

constexpr std::size_t kTag = 16;

Bytes some(std::size_t size) {
  Bytes bytes(size);
  EXPECT_EQ(random_bytes(nullptr, bytes.data(), size), 0);
  return bytes;
}

struct Sealed {
  int error;
  Bytes bytes;
};

Sealed seal(Context const& context, Bytes const& nonce, Bytes const& data, Bytes const& input) {
  Sealed sealed{0, Bytes(input.size() + kTag)};
  std::size_t size = 0;
  sealed.error =
      mbedtls_cipher_auth_encrypt_ext(context.get(), nonce.data(), nonce.size(), data.data(), data.size(), input.data(),
                                      input.size(), sealed.bytes.data(), sealed.bytes.size(), &size, kTag);
  EXPECT_EQ(size, sealed.bytes.size());
  return sealed;
}

Sealed open(Context const& context, Bytes const& nonce, Bytes const& data, Bytes const& input) {
  Sealed opened{0, Bytes(input.size() - kTag, 'x')};
  std::size_t size = 0;
  opened.error =
      mbedtls_cipher_auth_decrypt_ext(context.get(), nonce.data(), nonce.size(), data.data(), data.size(), input.data(),
                                      input.size(), opened.bytes.data(), opened.bytes.size(), &size, kTag);
  return opened;
}

struct Records : testing::TestWithParam<mbedtls_cipher_type_t> {
  Records() {
    auto const* const info = mbedtls_cipher_info_from_type(GetParam());
    auto const bits = static_cast<int>(mbedtls_cipher_info_get_key_bitlen(info));
    auto const key = some(static_cast<std::size_t>(bits) / 8);
    for (auto* const context : {ours.get(), theirs.get()}) EXPECT_EQ(mbedtls_cipher_setup(context, info), 0);
    EXPECT_EQ(mbedtls_cipher_setkey(ours.get(), key.data(), bits, MBEDTLS_ENCRYPT), 0);
    EXPECT_EQ(__real_mbedtls_cipher_setkey(theirs.get(), key.data(), bits, MBEDTLS_ENCRYPT), 0);
  }

  Context ours, theirs;
  Bytes nonce = some(12), data = some(5);
};

TEST_P(Records, AreSealedAlike) {
  EXPECT_NE(ours->libcrypto_ctx, nullptr);
  EXPECT_EQ(theirs->libcrypto_ctx, nullptr);
  for (std::size_t const size : {0, 1, 15, 16, 17, 255, 1000, 16384, 16401}) {
    auto const input = some(size);
    auto const sealed = seal(ours, nonce, data, input);
    EXPECT_EQ(sealed.error, 0);
    EXPECT_EQ(sealed.bytes, seal(theirs, nonce, data, input).bytes) << size;
    for (auto const* const opener : {&ours, &theirs}) {
      auto const opened = open(*opener, nonce, data, sealed.bytes);
      EXPECT_EQ(opened.error, 0);
      EXPECT_EQ(opened.bytes, input) << size;
    }
    nonce[11] ^= 1;
  }
}

TEST_P(Records, AreSealedAndOpenedInTheirPlace) {
  auto const input = some(1000);
  auto const sealed = seal(theirs, nonce, data, input);
  auto place = input;
  place.resize(input.size() + kTag);
  std::size_t size = 0;
  EXPECT_EQ(mbedtls_cipher_auth_encrypt_ext(ours.get(), nonce.data(), nonce.size(), data.data(), data.size(),
                                            place.data(), input.size(), place.data(), place.size(), &size, kTag),
            0);
  EXPECT_EQ(place, sealed.bytes);
  EXPECT_EQ(mbedtls_cipher_auth_decrypt_ext(ours.get(), nonce.data(), nonce.size(), data.data(), data.size(),
                                            place.data(), place.size(), place.data(), place.size(), &size, kTag),
            0);
  EXPECT_EQ(size, input.size());
  place.resize(size);
  EXPECT_EQ(place, input);
}

TEST_P(Records, OfNobodyAreNotOpened) {
  auto const sealed = seal(ours, nonce, data, some(100)).bytes;
  for (std::size_t const at : {std::size_t{0}, std::size_t{99}, sealed.size() - 1}) {
    auto changed = sealed;
    changed[at] ^= 1;
    auto const opened = open(ours, nonce, data, changed);
    EXPECT_EQ(opened.error, MBEDTLS_ERR_CIPHER_AUTH_FAILED);
    EXPECT_TRUE(std::ranges::all_of(opened.bytes, [](auto byte) { return byte == 0; }));
  }
  EXPECT_EQ(open(ours, nonce, some(5), sealed).error, MBEDTLS_ERR_CIPHER_AUTH_FAILED);
  EXPECT_EQ(open(ours, some(12), data, sealed).error, MBEDTLS_ERR_CIPHER_AUTH_FAILED);
  EXPECT_EQ(open(ours, nonce, data, sealed).error, 0);
  EXPECT_EQ(ERR_peek_error(), 0u);  // Python's ssl would take it for its own
}

TEST_P(Records, HaveTheKeyThatWasSetLast) {
  auto const* const info = mbedtls_cipher_info_from_type(GetParam());
  auto const bits = static_cast<int>(mbedtls_cipher_info_get_key_bitlen(info));
  auto const before = seal(ours, nonce, data, some(100)).bytes;
  EXPECT_EQ(mbedtls_cipher_setkey(ours.get(), some(32).data(), bits, MBEDTLS_DECRYPT), 0);
  EXPECT_EQ(open(ours, nonce, data, before).error, MBEDTLS_ERR_CIPHER_AUTH_FAILED);
}

TEST_P(Records, NeedRoom) {
  auto const input = some(100);
  Bytes little(input.size() + kTag - 1);
  std::size_t size = 0;
  EXPECT_EQ(mbedtls_cipher_auth_encrypt_ext(ours.get(), nonce.data(), nonce.size(), data.data(), data.size(),
                                            input.data(), input.size(), little.data(), little.size(), &size, kTag),
            MBEDTLS_ERR_CIPHER_BAD_INPUT_DATA);
  EXPECT_EQ(mbedtls_cipher_auth_decrypt_ext(ours.get(), nonce.data(), nonce.size(), data.data(), data.size(),
                                            input.data(), kTag - 1, little.data(), little.size(), &size, kTag),
            MBEDTLS_ERR_CIPHER_BAD_INPUT_DATA);
}

INSTANTIATE_TEST_SUITE_P(, Records,
                         testing::Values(MBEDTLS_CIPHER_AES_128_GCM, MBEDTLS_CIPHER_AES_256_GCM,
                                         MBEDTLS_CIPHER_CHACHA20_POLY1305));

}  // namespace
}  // namespace tls
