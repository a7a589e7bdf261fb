#include "cli/configuration.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace cli {
namespace {

class LoadSettings : public testing::Test {
 protected:
  base::Result<config::Merged> load(std::vector<std::string> words, config::Environment const& environment = {}) {
    words.insert(words.begin(), "monoceros");
    auto const command = parse_command({words, "/monoceros"}, environment);
    config::Machine const machine{.working_directory = root_.path(), .environment = environment, .baked = baked_};
    auto const python_file = [&](config::ConfigFile const& file) {
      python_ = file;
      return base::Result<config::Layer>(config::Layer{{"threads", 3, {config::Source::config_file, file.name}},
                                                       {"timeout", 3, {config::Source::config_file, file.name}}});
    };
    auto const paste_file = [&](std::string const& uri) {
      paste_ = uri;
      return base::Result<config::Layer>(config::Layer{{"threads", 5, {config::Source::framework, uri}},
                                                       {"keepalive", 5, {config::Source::framework, uri}}});
    };
    return load_settings(std::get<Serve>(command), machine, {python_file, paste_file});
  }

  config::FakeRoot root_;
  config::Baked baked_;
  config::ConfigFile python_;
  std::string paste_;
};

TEST_F(LoadSettings, FollowsGunicornsPrecedence) {
  root_.write("monoceros.toml", "workers = 2\nthreads = 2\ntimeout = 2\nkeepalive = 2\n");
  auto const merged = load({"app:app", "-t", "4"},
                           {{"WEB_CONCURRENCY", "1"}, {"PORT", "80"}, {"GUNICORN_CMD_ARGS", "--threads 3 -t 3"}});
  ASSERT_TRUE(merged) << merged.error().message();
  auto const& settings = merged->settings;
  EXPECT_EQ(settings.bind, config::Texts{"0.0.0.0:80"});
  EXPECT_EQ(settings.workers.count, 2u);
  EXPECT_EQ(settings.threads, 3u);
  EXPECT_EQ(settings.timeout, config::Seconds(4));
  EXPECT_EQ(settings.wsgi_app, "app:app");
  EXPECT_EQ(describe(merged->origins.at("workers")), "monoceros.toml:1:11");
  EXPECT_EQ(describe(merged->origins.at("threads")), "GUNICORN_CMD_ARGS --threads");
}

TEST_F(LoadSettings, LeavesAPythonFileToWhoCanReadIt) {
  root_.write("gunicorn.conf.py", "");
  auto const merged = load({"-t", "9"});
  ASSERT_TRUE(merged) << merged.error().message();
  EXPECT_EQ(python_.location, root_.path() + "/gunicorn.conf.py");
  EXPECT_EQ(merged->settings.threads, 3u);
  EXPECT_EQ(merged->settings.timeout, config::Seconds(9));
}

TEST_F(LoadSettings, TakesWhatABundleBringsAlongForDefaults) {
  root_.write("baked.toml", "workers = 2\nthreads = 2\ntimeout = 2\nkeepalive = 2\n");
  baked_ = {
      .folder = "/shop", .arguments = {"shop:app", "-t", "3", "-b", ":1"}, .config_file = root_.path() + "/baked.toml"};
  auto const merged = load({"--keep-alive", "5"}, {{"WEB_CONCURRENCY", "4"}});
  ASSERT_TRUE(merged) << merged.error().message();
  auto const& settings = merged->settings;
  EXPECT_EQ(settings.wsgi_app, "shop:app");
  EXPECT_EQ(settings.threads, 2u);
  EXPECT_EQ(settings.timeout, config::Seconds(3));
  EXPECT_EQ(settings.workers.count, 4u);
  EXPECT_EQ(settings.keepalive, config::Seconds(5));
  EXPECT_EQ(describe(merged->origins.at("timeout")), "bundle -t");
}

TEST_F(LoadSettings, TakesANamedFileInsteadOfTheBundles) {
  root_.write("baked.toml", "threads = 2\n");
  root_.write("other.toml", "timeout = 9\n");
  root_.write("monoceros.toml", "workers = 7\n");
  baked_ = {.folder = "/shop", .arguments = {"-t", "3"}, .config_file = root_.path() + "/baked.toml"};
  EXPECT_EQ(load({"-c", "other.toml"})->settings.timeout, config::Seconds(9));
  EXPECT_EQ(load({"-c", "other.toml"})->settings.threads, 1u);
  EXPECT_EQ(load({})->settings.timeout, config::Seconds(3));
  EXPECT_EQ(load({})->settings.workers.count, 1u);
}

TEST_F(LoadSettings, NeedsNoInterpreterForToml) {
  root_.write("monoceros.toml", "threads = 2\n");
  ASSERT_TRUE(load({}));
  EXPECT_EQ(python_.kind, config::ConfigFile::Kind::none);
}

TEST_F(LoadSettings, RemarksOnTheFileThatIsNotRead) {
  root_.write("gunicorn.conf.py", "");
  root_.write("monoceros.toml", "");
  auto const merged = load({});
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->notes.size(), 1u);
  EXPECT_TRUE(merged->notes[0].contains("gunicorn.conf.py is read"));
}

TEST_F(LoadSettings, RefusesWhatOneSourceGotWrong) {
  root_.write("monoceros.toml", "workers = 'many'\n");
  auto const merged = load({"-w", "2"});
  ASSERT_FALSE(merged);
  EXPECT_TRUE(merged.error().message().starts_with("Invalid value for workers: many\n\n\nError: invalid literal"));
  EXPECT_TRUE(merged.error().message().contains("monoceros.toml:1:11: workers = 'many'"));
}

TEST_F(LoadSettings, RunsNoCodeOfAConfigurationOnceAnotherSourceIsWrong) {
  root_.write("gunicorn.conf.py", "");
  auto const merged = load({"--paste", "shop.ini"}, {{"PORT", "http"}});
  ASSERT_FALSE(merged);
  EXPECT_TRUE(merged.error().message().contains("$PORT: it takes a whole number"));
  EXPECT_EQ(python_.kind, config::ConfigFile::Kind::none);
  EXPECT_EQ(paste_, "");
  EXPECT_FALSE(load({"--paste", "shop.ini", "-c", "nowhere.py"}));
  EXPECT_EQ(paste_, "");
}

TEST_F(LoadSettings, ReadsAPasteFileBeforeTheConfigurationFile) {
  root_.write("gunicorn.conf.py", "");
  auto const merged = load({"--paste", "shop.ini#main"}, {});
  ASSERT_TRUE(merged) << merged.error().message();
  EXPECT_EQ(merged->settings.threads, 3u);
  EXPECT_EQ(merged->settings.keepalive, config::Seconds(5));
  EXPECT_EQ(describe(merged->origins.at("keepalive")), "shop.ini#main");
}

}  // namespace
}  // namespace cli
