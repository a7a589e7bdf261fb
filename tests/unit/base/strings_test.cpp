#include "base/strings.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Strings, ParseDecimalTakesDigitsOnly) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), 18446744073709551615u);
  for (auto const* odd : {"", "+1", "-1", " 1", "1 ", "1_0", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(parse_decimal(odd), std::nullopt) << odd;
  }
}

TEST(Strings, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
}
TEST(Strings, TrimTakesBlanksFromBothEnds) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
}
TEST(Strings, TrimOfBlanksIsEmpty) {
  EXPECT_EQ(trim("  "), "");
}
TEST(Strings, ComparesWithoutCase) {
  EXPECT_TRUE(equal_ignoring_case("Content-LENGTH", "content-length"));
}

}  // namespace
}  // namespace base
