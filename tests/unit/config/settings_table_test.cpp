#include "config/settings_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace config {
namespace {

std::vector<Row const*> all_rows() {
  std::vector<Row const*> rows;
  for (auto const& section : settings_table()) {
    for (auto const& row : section.rows) rows.push_back(&row);
  }
  return rows;
}

TEST(SettingsTable, HasEverySettingOfGunicornOnce) {
  std::size_t count = 0;
  for (auto const& section : settings_table()) count += section.is_ours ? 0 : section.rows.size();
  EXPECT_EQ(count, 119u);
  auto const names = setting_names();
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

TEST(SettingsTable, GivesEachFlagToOneSetting) {
  std::set<std::string_view> seen = {"-h", "--help", "-v", "--version"};
  for (auto const* row : all_rows()) {
    for (auto const flag : row->flags) EXPECT_TRUE(flag.empty() || seen.insert(flag).second) << flag;
  }
}

TEST(SettingsTable, HelpsWithEverySettingInSentences) {
  for (auto const* row : all_rows()) {
    EXPECT_TRUE(row->help.ends_with('.')) << row->name;
    EXPECT_FALSE(row->help.contains("  ")) << row->name;
  }
}

TEST(SettingsTable, SaysWhatEverySettingTakes) {
  for (auto const* row : all_rows()) {
    EXPECT_TRUE(!row->field.expects.empty() || !row->field.words.empty()) << row->name;
  }
}

TEST(SettingsTable, SaysWhyASettingIsNotNeeded) {
  for (auto const* row : all_rows()) {
    EXPECT_EQ(row->support == Support::not_needed, !row->remark.empty()) << row->name;
  }
}

TEST(SettingsTable, TakesEveryDefaultBack) {
  Texts notes;
  Machine const machine{};
  Context context{machine, notes};
  for (auto const* row : all_rows()) {
    // A default that depends on the machine, a list that a text stands for, and a function are not read back.
    if (!row->default_text.empty() || row->is_hook() || row->field.shape == Field::Shape::text) continue;
    Settings settings;
    auto const value = row->field.get(row->field, settings);
    EXPECT_TRUE(row->field.set(row->field, settings, value, context)) << row->name;
    EXPECT_EQ(row->field.get(row->field, settings), value) << row->name;
  }
  EXPECT_TRUE(notes.empty());
}

TEST(SettingsTable, TellsWhatToUseInsteadOfASettingThatWentAway) {
  EXPECT_TRUE(advice_for_retired("debug").contains("loglevel"));
  EXPECT_TRUE(advice_for_retired("django_settings").contains("DJANGO_SETTINGS_MODULE"));
  EXPECT_TRUE(advice_for_retired("x_forwarded_for_header").contains("X-Forwarded-For"));
  EXPECT_EQ(advice_for_retired("workers"), "");
}

TEST(SettingsTable, KnowsTheHooksThatAreGiven) {
  Settings settings;
  EXPECT_TRUE(hooks_of(settings).empty());
  settings.pre_fork.path = "hooks.pre_fork";
  ASSERT_EQ(hooks_of(settings).size(), 1u);
  EXPECT_EQ(hooks_of(settings)[0].first->name, "pre_fork");
  EXPECT_EQ(hooks_of(settings)[0].second, &settings.pre_fork);
}

TEST(SettingsTable, KnowsHowManyArgumentsAHookTakes) {
  for (auto const* row : all_rows()) EXPECT_EQ(row->is_hook(), row->arities[0] != 0) << row->name;
  EXPECT_EQ(find_row("post_request")->arities, (std::array{4, 3, 2}));
}

TEST(SettingsTable, DistinguishesUpperCase) {
  EXPECT_EQ(find_row("Workers"), nullptr);
  EXPECT_NE(find_row("workers"), nullptr);
}

}  // namespace
}  // namespace config
