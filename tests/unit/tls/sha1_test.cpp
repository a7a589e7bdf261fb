#include "tls/sha1.h"

#include <gtest/gtest.h>

#include <format>

namespace tls {
namespace {

std::string hex_of_sha1(std::string_view text) {
  std::string hex;
  for (char const c : sha1(text)) hex += std::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

// NIST, "Examples with Intermediate Values".
TEST(Sha1, IsThatOfTheExamples) {
  EXPECT_EQ(hex_of_sha1(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex_of_sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_of_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

}  // namespace
}  // namespace tls
