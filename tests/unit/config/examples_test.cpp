// The annotated examples in config/ are what users copy first.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/strings.h"
#include "base/sys.h"
#include "config/merge.h"
#include "config/settings_table.h"
#include "config/toml.h"

namespace config {
namespace {

std::string const kFolder = std::string(TEST_DATA) + "/../../config/";

// What a line of Python at the left margin defines: "name = ..." or "def name(...".
std::string_view defined_name(std::string_view line) {
  if (line.starts_with("def ")) return line.substr(4, line.find('(') - 4);
  auto const equals = line.find(" = ");
  auto const name = line.substr(0, equals == line.npos ? 0 : equals);
  return name.contains(' ') ? std::string_view() : name;
}

TEST(Examples, TomlIsAcceptedAsItStands) {
  auto const layer = read_toml(kFolder + "monoceros.toml", "monoceros.toml");
  ASSERT_TRUE(layer) << layer.error().message();
  auto const merged = merge(std::vector<Layer>{*layer}, Machine{.root = "/none"});
  ASSERT_TRUE(merged) << merged.error().message();
  EXPECT_TRUE(merged->notes.empty());
  EXPECT_EQ(merged->settings.raw_env, Texts{"DJANGO_SETTINGS_MODULE=app.settings"});
}

TEST(Examples, TomlWithItsHooksIsAcceptedToo) {
  auto content = base::sys::read_file(kFolder + "monoceros.toml").value_or("");
  for (auto at = content.find("# post_fork"); at != content.npos; at = content.find("# when_ready"))
    content.erase(at, 2);
  auto const layer = parse_toml(content, "monoceros.toml");
  ASSERT_TRUE(layer) << layer.error().message();
  auto const merged = merge(std::vector<Layer>{*layer}, Machine{.root = "/none"});
  ASSERT_TRUE(merged) << merged.error().message();
  EXPECT_EQ(hooks_of(merged->settings).size(), 2u);
}

TEST(Examples, PythonDefinesNothingButSettings) {
  auto const content = base::sys::read_file(kFolder + "gunicorn.conf.py").value_or("");
  std::size_t count = 0;
  for (auto const line : base::split(content, '\n')) {
    auto const name = defined_name(line);
    if (name.empty()) continue;
    auto const* const row = find_row(name);
    ASSERT_NE(row, nullptr) << name;
    EXPECT_EQ(row->support, Support::built) << name;
    ++count;
  }
  EXPECT_GT(count, 10u);
}

}  // namespace
}  // namespace config
