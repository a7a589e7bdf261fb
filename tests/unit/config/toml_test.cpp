#include "config/toml.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace config {
namespace {

Layer parsed(std::string_view content) {
  auto const layer = parse_toml(content, "monoceros.toml");
  EXPECT_TRUE(layer) << layer.error().message();
  return layer.value_or(Layer{});
}

std::string refusal(std::string_view content) {
  auto const layer = parse_toml(content, "monoceros.toml");
  return layer ? "" : layer.error().message();
}

RawValue value(std::string_view content, std::string_view name) {
  auto const layer = parsed(content);
  auto const* const entry = find_entry(layer, name);
  return entry ? entry->value : RawValue("(absent)");
}

TEST(Toml, GivesValuesOfEveryKindInTheOrderOfTheFile) {
  auto const layer = parsed("workers = 4\nbind = ['a', \"b\"]\npreload_app = true\numask = 0o022\n");
  ASSERT_EQ(layer.size(), 4u);
  EXPECT_EQ(layer[0], (Entry{"workers", 4, {Source::toml_file, "monoceros.toml:1:11"}}));
  EXPECT_EQ(layer[1], (Entry{"bind", RawList{"a", "b"}, {Source::toml_file, "monoceros.toml:2:8"}}));
  EXPECT_EQ(layer[2].value, RawValue(true));
  EXPECT_EQ(layer[3].value, RawValue(18));
}

TEST(Toml, GivesTablesInTheirOrder) {
  EXPECT_EQ(value("[secure_scheme_headers]\nX-B = 'on'\nX-A = 'https'\n", "secure_scheme_headers"),
            RawValue(RawTable{{"X-B", "on"}, {"X-A", "https"}}));
}

TEST(Toml, GivesHooksAsPaths) {
  EXPECT_EQ(value("post_fork = 'hooks.post_fork'", "post_fork"), RawValue("hooks.post_fork"));
}

TEST(Toml, KeepsWhatNoSettingTakesForTheRefusal) {
  EXPECT_EQ(value("timeout = 2.5", "timeout"), RawValue(2.5));
  EXPECT_EQ(value("timeout = 2026-01-02", "timeout"), RawValue(Opaque("2026-01-02")));
}

TEST(Toml, AddsTheEnvironmentTableToTheList) {
  auto const content = "raw_env = ['A=1']\n[env]\nB = 'two'\nC = 3\nD = true\nE = 0.5\n";
  EXPECT_EQ(value(content, "raw_env"), RawValue(RawList{"A=1", "B=two", "C=3", "D=true", "E=0.5"}));
  EXPECT_EQ(value("[env]\nB = ''", "raw_env"), RawValue(RawList{"B="}));
}

TEST(Toml, RefusesAnEnvironmentOfOtherThings) {
  EXPECT_EQ(refusal("[env]\nA = ['x']\n"),
            "\nError: monoceros.toml:2:5: A in [env] = ['x']: it takes a text, a number, or true or false");
  EXPECT_EQ(refusal("env = 'A=1'\n"),
            "\nError: monoceros.toml:1:7: env is a table of variables, as in [env] and NAME = \"value\"");
}

TEST(Toml, RefusesASettingThatTheEnvironmentTableHasSwallowed) {
  EXPECT_TRUE(
      refusal("[env]\nA = 'x'\nworkers = 4\n")
          .starts_with("\nError: monoceros.toml:3:1: workers stands in [env], among the application's variables"));
}

TEST(Toml, RefusesUnknownKeysByPlaceAndNamesTheNearest) {
  EXPECT_EQ(refusal("# servers\nwrokers = 4\n"),
            "\nError: monoceros.toml:2:1: unknown setting 'wrokers' = 4 (did you mean 'workers'?)");
  EXPECT_EQ(refusal("max-requests = 4\n"),
            "\nError: monoceros.toml:1:1: unknown setting 'max-requests' = 4 (did you mean 'max_requests'?)");
  EXPECT_EQ(refusal("[banana]\nx = 1\n"), "\nError: monoceros.toml:1:2: unknown setting 'banana' = {'x': 1}");
}

TEST(Toml, TellsWhatReplacedASettingThatWentAway) {
  EXPECT_TRUE(
      refusal("debug = true")
          .starts_with("\nError: monoceros.toml:1:1: unknown setting 'debug' = True (it went away: use loglevel"));
}

TEST(Toml, RefusesABrokenTableNameByPlace) {
  EXPECT_TRUE(refusal("[+").contains("monoceros.toml:1:2")) << refusal("[+");
}

// The parser's table of blanks has a hole at this one.
TEST(Toml, RefusesALetterThatIsNone) {
  EXPECT_TRUE(refusal("G\xef\xbb\xaf").contains("monoceros.toml:1:2")) << refusal("G\xef\xbb\xaf");
}

TEST(Toml, RefusesWhatIsNoTomlByPlace) {
  auto const text = refusal("workers = 4\nbind = [\n");
  EXPECT_TRUE(text.starts_with("\nError: monoceros.toml:3:1: ") || text.starts_with("\nError: monoceros.toml:2:"))
      << text;
  EXPECT_TRUE(refusal("workers = 4\nworkers = 5\n").starts_with("\nError: monoceros.toml:2:")) << text;
}

TEST(Toml, IsReadFromAFile) {
  FakeRoot root;
  root.write("a.toml", "workers = 2\n");
  auto const layer = read_toml(root.path() + "/a.toml", "a.toml");
  ASSERT_TRUE(layer);
  EXPECT_EQ(describe(layer->front().origin), "a.toml:1:11");
  EXPECT_TRUE(read_toml(root.path() + "/b.toml", "b.toml").error().message().contains("b.toml: No such file"));
}

}  // namespace
}  // namespace config
