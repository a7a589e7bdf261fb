#include "base/base64.h"

#include <gtest/gtest.h>

namespace base {
namespace {

// RFC 4648 section 10.
TEST(Base64, IsThatOfTheExamples) {
  for (auto const& [bytes, text] :
       {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foo", "Zm9v"),
        std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="), std::pair("foobar", "Zm9vYmFy")}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, HoldsEveryByte) {
  std::string bytes;
  for (int byte = 255; byte >= 0; --byte) bytes += static_cast<char>(byte);
  EXPECT_TRUE(to_base64(bytes).starts_with("//79/Pv6"));
  EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
}

TEST(Base64, EndsAtWhatDoesNotBelong) {
  EXPECT_EQ(from_base64("Zm9v YmFy"), "foo");
  EXPECT_EQ(from_base64("Zm9v=YmFy"), "foo");
  EXPECT_EQ(from_base64("Zm-vYmFy"), "f");
  EXPECT_EQ(from_base64("Z"), "");
}

}  // namespace
}  // namespace base
