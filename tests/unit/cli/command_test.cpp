#include "cli/command.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

using Words = std::vector<std::string>;

Command called(Words words, config::Environment const& environment = {}, std::string executable = "/bin/monoceros") {
  return parse_command({std::move(words), std::move(executable)}, environment);
}

template <typename T>
T expect(Command const& command) {
  auto const* const wanted = std::get_if<T>(&command);
  EXPECT_NE(wanted, nullptr) << "kind " << command.index();
  return wanted ? *wanted : T{};
}

config::RawValue value(config::Layer const& layer, std::string_view name) {
  auto const* const entry = config::find_entry(layer, name);
  return entry ? entry->value : config::RawValue("(absent)");
}

TEST(ParseCommand, ServesTheFirstPositional) {
  auto const serve = expect<Serve>(called({"monoceros", "-w", "2", "shop:app", "extra"}));
  EXPECT_EQ(value(serve.command_line, "wsgi_app"), config::RawValue("shop:app"));
  EXPECT_EQ(value(serve.command_line, "workers"), config::RawValue(2));
  EXPECT_EQ(describe(config::find_entry(serve.command_line, "wsgi_app")->origin), "APP_MODULE");
}

TEST(ParseCommand, ServesWithoutAWord) {
  EXPECT_EQ(expect<Serve>(called({"monoceros"})).command_line, config::Layer{});
  EXPECT_EQ(expect<Serve>(called({})).command_line, config::Layer{});
}

TEST(ParseCommand, ReadsGunicornsVariable) {
  auto const serve =
      expect<Serve>(called({"monoceros", "app"}, {{"GUNICORN_CMD_ARGS", "--access-logfile - other:app"}}));
  EXPECT_EQ(value(serve.environment_arguments, "accesslog"), config::RawValue("-"));
  EXPECT_EQ(value(serve.environment_arguments, "wsgi_app"), config::RawValue("(absent)"));
}

TEST(ParseCommand, RefusesBadUsageAsArgparseDoes) {
  auto const refuse = expect<Refuse>(called({"/usr/bin/gunicorn", "--wrokers", "2"}));
  EXPECT_EQ(refuse.message,
            "usage: gunicorn [OPTIONS] [APP_MODULE]\n"
            "gunicorn: error: unrecognized arguments: --wrokers (did you mean --workers?)\n");
  EXPECT_EQ(refuse.exit_code, 2);
}

TEST(ParseCommand, RefusesBadUsageOfGunicornsVariable) {
  auto const refuse = expect<Refuse>(called({"monoceros"}, {{"GUNICORN_CMD_ARGS", "--bind"}}));
  EXPECT_EQ(refuse.message,
            "usage: monoceros [OPTIONS] [APP_MODULE]\n"
            "monoceros: error: GUNICORN_CMD_ARGS: argument -b/--bind: expected one argument\n");
}

TEST(ParseCommand, ShowsHelpAndVersion) {
  expect<ShowHelp>(called({"monoceros", "-h"}));
  expect<ShowHelp>(called({"monoceros", "app:app", "--help"}));
  expect<ShowHelp>(called({"monoceros", "healthcheck", "--path", "/", "-h"}));
  expect<ShowVersion>(called({"monoceros", "--version"}));
  expect<ShowVersion>(called({"monoceros", "-v"}));
}

TEST(ParseCommand, IsPythonByItsFirstWord) {
  EXPECT_EQ(expect<Python>(called({"monoceros", "python", "-c", "1", "-h"})).arguments, (Words{"-c", "1", "-h"}));
  EXPECT_EQ(expect<Python>(called({"monoceros", "python"})).arguments, Words{});
}

TEST(ParseCommand, IsPythonByItsName) {
  for (auto const* name : {"python", "/usr/bin/python3.13", "//app/monoceros"}) {
    EXPECT_EQ(expect<Python>(called({name, "-w", "x"})).arguments, (Words{"-w", "x"})) << name;
  }
  EXPECT_EQ(expect<Python>(called({"anything", "-m", "x"}, {}, "//monoceros")).arguments, (Words{"-m", "x"}));
  EXPECT_EQ(expect<Python>(called({"anything", "a.py"}, {}, "/venv/bin/python")).arguments, Words{"a.py"});
}

TEST(ParseCommand, TakesAWordWithAColonForTheApplication) {
  auto const serve = expect<Serve>(called({"monoceros", "python:app"}));
  EXPECT_EQ(value(serve.command_line, "wsgi_app"), config::RawValue("python:app"));
}

TEST(ParseCommand, SaysWhichCommandsAreStillMissing) {
  for (std::string const name : {"drain", "status", "top"}) {
    EXPECT_EQ(expect<Refuse>(called({"monoceros", name})).message,
              "monoceros: error: not supported yet: " + name + "\n");
  }
}

TEST(ParseCommand, RunsPipAsAModuleOfItsOwn) {
  EXPECT_EQ(expect<Python>(called({"monoceros", "pip", "install", "x"})).arguments,
            (Words{"-P", "-m", "monoceros.installer", "install", "x"}));
}

TEST(ParseCommand, RunsBundleAsAModuleOfItsOwn) {
  EXPECT_EQ(expect<Python>(called({"monoceros", "bundle", "a:b", "--", "-w", "2"})).arguments,
            (Words{"-P", "-m", "monoceros.bundler", "a:b", "--", "-w", "2"}));
}

TEST(ParseCommand, WantsACommandBeforeTheOptions) {
  auto const refuse = expect<Refuse>(called({"monoceros", "-w", "2", "status"}));
  EXPECT_TRUE(refuse.message.contains("status is a command and comes first")) << refuse.message;
  EXPECT_TRUE(refuse.message.contains("status:application")) << refuse.message;
}

TEST(ParseCommand, ChecksHealth) {
  auto const healthcheck = expect<Healthcheck>(called({"monoceros", "healthcheck", "--path=/up", "-t", "2"}));
  EXPECT_EQ(healthcheck.path, "/up");
  EXPECT_EQ(healthcheck.timeout, std::chrono::seconds(2));
  EXPECT_TRUE(expect<Refuse>(called({"monoceros", "healthcheck", "--port", "1"}))
                  .message.ends_with("monoceros: error: healthcheck: unrecognized argument: --port "
                                     "(it takes --bind, --tls, --path and --timeout)\n"));
}

}  // namespace
}  // namespace cli
