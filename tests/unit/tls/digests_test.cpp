// The examples of FIPS 180-4 (NIST, "Examples with Intermediate Values"), by what mbedTLS and libcrypto make together.
#include <gtest/gtest.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include <array>
#include <format>
#include <string>

namespace tls {
namespace {

template <std::size_t size>
std::string hex(std::array<unsigned char, size> const& bytes) {
  std::string text;
  for (auto const byte : bytes) text += std::format("{:02x}", byte);
  return text;
}

unsigned char const* bytes(std::string const& text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

std::string sha256(std::string const& text) {
  std::array<unsigned char, 32> digest{};
  EXPECT_EQ(mbedtls_sha256(bytes(text), text.size(), digest.data(), 0), 0);
  return hex(digest);
}

std::string sha384(std::string const& text) {
  std::array<unsigned char, 48> digest{};
  EXPECT_EQ(mbedtls_sha512(bytes(text), text.size(), digest.data(), 1), 0);
  return hex(digest);
}

TEST(Digests, OfOneBlock) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha384("abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}

TEST(Digests, OfSeveralBlocks) {
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha384("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                   "mnopqrstnopqrstu"),
            "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039");
  std::string const million(1'000'000, 'a');
  EXPECT_EQ(sha256(million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha384(million),
            "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985");
}

}  // namespace
}  // namespace tls
