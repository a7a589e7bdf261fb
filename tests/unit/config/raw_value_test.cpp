#include "config/raw_value.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(RawValue, IsWrittenAsPythonWritesIt) {
  EXPECT_EQ(to_text(RawValue()), "None");
  EXPECT_EQ(to_text(true), "True");
  EXPECT_EQ(to_text(-7), "-7");
  EXPECT_EQ(to_text(2.0), "2.0");
  EXPECT_EQ(to_text(2.5), "2.5");
  EXPECT_EQ(to_text("text"), "text");
  EXPECT_EQ(to_text(RawList{"a", 1}), "['a', 1]");
  EXPECT_EQ(to_text(RawTable{{"a", RawList{}}}), "{'a': []}");
  EXPECT_EQ(to_text(Callable{0, "Cls.fn"}), "<Cls.fn()>");
}

TEST(RawValue, QuotesTextsAsReprDoes) {
  EXPECT_EQ(repr("it"), "'it'");
  EXPECT_EQ(repr("it's"), "\"it's\"");
  EXPECT_EQ(repr("it's \"x\""), R"('it\'s "x"')");
  EXPECT_EQ(repr("a\n\t\\\x01"), R"('a\n\t\\\x01')");
}

}  // namespace
}  // namespace config
