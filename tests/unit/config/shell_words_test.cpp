#include "config/shell_words.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using Words = std::vector<std::string>;

TEST(ShellWords, AreSeparatedByBlanks) {
  EXPECT_EQ(*split_shell_words("  -w 4\t--bind=x\n"), (Words{"-w", "4", "--bind=x"}));
  EXPECT_EQ(*split_shell_words(""), Words{});
}

TEST(ShellWords, AreKeptTogetherByQuotes) {
  EXPECT_EQ(*split_shell_words(R"(--name 'a b' "c 'd'" e"f"'g' '')"), (Words{"--name", "a b", "c 'd'", "efg", ""}));
}

TEST(ShellWords, MayBeEscaped) {
  EXPECT_EQ(*split_shell_words(R"(a\ b "x\"y\\z\n" '\n')"), (Words{"a b", R"(x"y\z\n)", R"(\n)"}));
}

TEST(ShellWords, AreRefusedWhenUnfinished) {
  EXPECT_EQ(split_shell_words("'a").error().message(), "No closing quotation");
  EXPECT_EQ(split_shell_words("a \"b\\\"").error().message(), "No closing quotation");
  EXPECT_EQ(split_shell_words("a\\").error().message(), "No escaped character");
}

}  // namespace
}  // namespace config
