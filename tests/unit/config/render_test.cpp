#include "config/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/strings.h"
#include "config/settings_table.h"

namespace config {
namespace {

Merged example() {
  Merged merged;
  merged.settings.chdir = "/app";
  merged.settings.workers = {.count = 4, .is_auto = true};
  merged.origins["workers"] = {Source::environment, "WEB_CONCURRENCY"};
  merged.settings.post_fork.object = Callable{0, "post_fork"};
  merged.origins["post_fork"] = {Source::config_file, "gunicorn.conf.py"};
  return merged;
}

TEST(PrintSettings, WritesEverySettingByNameAsGunicornDoes) {
  auto const text = print_settings(example(), Origins::hidden);
  EXPECT_TRUE(text.starts_with("access_log_format                  = %(h)s %(l)s"));
  EXPECT_TRUE(text.contains("\nbind                               = ['127.0.0.1:8000']\n"));
  EXPECT_TRUE(text.contains("\ncontrol_socket_mode                = 384\n"));
  EXPECT_TRUE(text.contains("\npre_fork                           = <Prefork.pre_fork()>\n"));
  EXPECT_TRUE(text.contains("\npermit_unconventional_http_version = False\n"));
  EXPECT_TRUE(text.contains("\nsyslog_prefix                      = None\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(setting_names().size()));
}

TEST(PrintSettings, TellsWhereEachValueCameFrom) {
  auto const text = print_settings(example(), Origins::shown);
  EXPECT_TRUE(text.contains("\nworkers                            = 4  # $WEB_CONCURRENCY (auto)\n"));
  EXPECT_TRUE(text.contains("\npost_fork                          = <post_fork()>  # gunicorn.conf.py\n"));
  EXPECT_TRUE(text.contains("\ntimeout                            = 30  # default\n"));
}

TEST(SettingsReference, IsWhatConfigSettingsMdSays) {
  auto const path = std::string(TEST_DATA) + "/../../config/settings.md";
  if (std::getenv("MONOCEROS_WRITE_REFERENCE")) std::ofstream(path) << settings_reference();
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_TRUE(content.str() == settings_reference()) << "stale: write it anew with MONOCEROS_WRITE_REFERENCE=1";
}

}  // namespace
}  // namespace config
