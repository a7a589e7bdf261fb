#include "config/integer.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(Integer, ReadsDecimalsAsPythonsIntDoes) {
  EXPECT_EQ(parse_integer("42"), 42);
  EXPECT_EQ(parse_integer(" +1_0 "), 10);
  EXPECT_EQ(parse_integer("-3"), -3);
  EXPECT_EQ(parse_integer("007"), 7);
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(Integer, RefusesWhatPythonsIntRefuses) {
  for (auto const* odd : {"", "-", "--3", "+-3", "_1", "1_", "1__0", "0x10", "1.0", "a", "9223372036854775808"}) {
    EXPECT_EQ(parse_integer(odd), std::nullopt) << odd;
  }
}

TEST(Integer, ReadsLiteralsInEveryBase) {
  EXPECT_EQ(parse_integer_literal("0x1F"), 31);
  EXPECT_EQ(parse_integer_literal("-0b101"), -5);
  EXPECT_EQ(parse_integer_literal("0o_22"), 18);
  EXPECT_EQ(parse_integer_literal("00"), 0);
  EXPECT_EQ(parse_integer_literal("022"), std::nullopt);
  EXPECT_EQ(parse_integer_literal("0x"), std::nullopt);
}

TEST(Integer, ReadsModesOfAShellAsOctal) {
  EXPECT_EQ(parse_mode("022"), 18);
  EXPECT_EQ(parse_mode("0o22"), 18);
  EXPECT_EQ(parse_mode("0"), 0);
  EXPECT_EQ(parse_mode("18"), 18);
  EXPECT_EQ(parse_mode("09"), std::nullopt);
}

}  // namespace
}  // namespace config
