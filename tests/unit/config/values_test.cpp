#include "config/values.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace config {
namespace {

Machine const kMachine{.working_directory = "/"};

RawValue value_of(NamedValues const& values, std::string_view name) {
  auto const found = std::ranges::find(values, name, [](auto const& value) { return value.first; });
  return found == values.end() ? RawValue("missing") : found->second;
}

TEST(Values, NameEverySettingOnce) {
  auto values = values_of(Settings());
  EXPECT_GE(values.size(), 119u);
  std::ranges::sort(values, {}, [](auto const& value) { return value.first; });
  auto const twice = std::ranges::adjacent_find(values, {}, [](auto const& value) { return value.first; });
  EXPECT_EQ(twice, values.end());
}

TEST(Values, ShowHooksAsTheyWereGiven) {
  Settings settings;
  settings.pre_fork.path = "hooks.pre_fork";
  settings.post_fork.object = Callable{4, "post_fork"};
  auto const values = values_of(settings);
  EXPECT_EQ(value_of(values, "pre_fork"), RawValue("hooks.pre_fork"));
  EXPECT_EQ(value_of(values, "post_fork"), RawValue(Callable{4, "post_fork"}));
  EXPECT_TRUE(value_of(values, "on_exit").is_none());
}

TEST(Judge, ConvertsAsTheCommandLineDoes) {
  EXPECT_EQ(judge("timeout", "0x10", kMachine), RawValue(16));
  EXPECT_EQ(judge("bind", "localhost:80", kMachine), RawValue(RawList{"localhost:80"}));
}

TEST(Judge, RefusesWithGunicornsSentence) {
  auto const judged = judge("timeout", -1, kMachine);
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().message(), "Value must be positive: -1");
}

TEST(Judge, KnowsNoOtherNames) {
  ASSERT_FALSE(judge("wokers", 1, kMachine));
  EXPECT_EQ(judge("wokers", 1, kMachine).error().message(), "No configuration setting for: wokers");
}

}  // namespace
}  // namespace config
