#include "config/config_file.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace config {
namespace {

using Kind = ConfigFile::Kind;

class ChooseConfigFile : public testing::Test {
 protected:
  ConfigFile chosen(Layer const& line = {}, Layer const& variable = {}) const {
    auto const file = choose_config_file(line, variable, {.working_directory = root_.path()});
    EXPECT_TRUE(file);
    return file.value_or(ConfigFile{});
  }
  static Layer naming(std::string location) { return {{"config", std::move(location), {}}}; }

  FakeRoot root_;
};

TEST_F(ChooseConfigFile, FindsNothingInAnEmptyDirectory) {
  EXPECT_EQ(chosen().kind, Kind::none);
}

TEST_F(ChooseConfigFile, FindsTheTomlFileByItself) {
  root_.write("monoceros.toml", "");
  EXPECT_EQ(chosen().kind, Kind::toml);
  EXPECT_EQ(chosen().name, "monoceros.toml");
  EXPECT_EQ(chosen().location, root_.path() + "/monoceros.toml");
  EXPECT_TRUE(chosen().notes.empty());
}

TEST_F(ChooseConfigFile, PrefersThePythonFileAndSaysSo) {
  root_.write("monoceros.toml", "");
  root_.write("gunicorn.conf.py", "");
  EXPECT_EQ(chosen().kind, Kind::python_file);
  ASSERT_EQ(chosen().notes.size(), 1u);
  EXPECT_TRUE(chosen().notes[0].contains("gunicorn.conf.py is read"));
}

TEST_F(ChooseConfigFile, TakesTheCommandLineBeforeTheVariable) {
  root_.write("a.py", "");
  root_.write("b.toml", "");
  root_.write("gunicorn.conf.py", "");
  EXPECT_EQ(chosen(naming("a.py"), naming("b.toml")).name, "a.py");
  EXPECT_EQ(chosen({}, naming("b.toml")).kind, Kind::toml);
}

TEST_F(ChooseConfigFile, KnowsThePrefixesOfGunicorn) {
  root_.write("a.py", "");
  EXPECT_EQ(chosen(naming("file:a.py")).kind, Kind::python_file);
  EXPECT_EQ(chosen(naming("file:a.py")).name, "a.py");
  EXPECT_EQ(chosen(naming("python:conf.prod")).kind, Kind::python_module);
  EXPECT_EQ(chosen(naming("python:conf.prod")).location, "conf.prod");
}

TEST_F(ChooseConfigFile, RefusesADirectory) {
  auto const file = choose_config_file(naming("."), {}, {.working_directory = root_.path()});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message(), "\nError: '.' is a directory; name the configuration file in it");
}

TEST_F(ChooseConfigFile, WarnsOfAnOddExtension) {
  root_.write("settings", "");
  EXPECT_EQ(chosen(naming("settings")).kind, Kind::python_file);
  EXPECT_EQ(chosen(naming("settings")).notes,
            Texts{"settings: configuration file should have a valid Python extension."});
}

TEST_F(ChooseConfigFile, RefusesAFileThatIsNotThere) {
  auto const file = choose_config_file(naming("missing.py"), {}, {.working_directory = root_.path()});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message(), "\nError: 'missing.py' doesn't exist");
}

}  // namespace
}  // namespace config
