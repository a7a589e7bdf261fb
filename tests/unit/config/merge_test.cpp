#include "config/merge.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace config {
namespace {

Machine const kMachine{.working_directory = "/usr", .user = 1000, .group = 1001, .affinity = 2, .root = "/none"};

Entry from_environment(std::string name, RawValue value, std::string variable) {
  return {std::move(name), std::move(value), {Source::environment, std::move(variable)}};
}
Entry from_file(std::string name, RawValue value) {
  return {std::move(name), std::move(value), {Source::toml_file, "monoceros.toml:3:11"}};
}
Entry from_line(std::string name, RawValue value, std::string flag) {
  return {std::move(name), std::move(value), {Source::command_line, std::move(flag)}};
}

Merged merged(std::vector<Layer> const& layers) {
  auto const outcome = merge(layers, kMachine);
  EXPECT_TRUE(outcome) << outcome.error().message();
  return outcome.value_or(Merged{});
}

std::string refusal(Entry const& entry) {
  auto const outcome = merge(std::vector<Layer>{{entry}}, kMachine);
  return outcome ? "" : outcome.error().message();
}

TEST(Merge, StartsFromTheDefaults) {
  auto const settings = merged({}).settings;
  EXPECT_EQ(settings.bind, Texts{"127.0.0.1:8000"});
  EXPECT_EQ(settings.workers.count, 1u);
  EXPECT_EQ(settings.chdir, "/usr");
  EXPECT_EQ(settings.user, 1000u);
  EXPECT_EQ(settings.group, 1001u);
}

TEST(Merge, LetsTheStrongerSourceWin) {
  auto const result = merged({{from_environment("workers", "2", "WEB_CONCURRENCY")},
                              {from_file("workers", 3), from_file("timeout", 60)},
                              {from_line("timeout", 90, "-t")}});
  EXPECT_EQ(result.settings.workers.count, 3u);
  EXPECT_EQ(result.settings.timeout, Seconds(90));
  EXPECT_EQ(describe(result.origins.at("workers")), "monoceros.toml:3:11");
  EXPECT_EQ(describe(result.origins.at("timeout")), "-t");
  EXPECT_FALSE(result.origins.contains("bind"));
}

TEST(Merge, RemarksUponSettingsThatMeanNothingTogether) {
  auto const reloading = merged({{from_file("reload", true), from_file("preload_app", true)}});
  EXPECT_FALSE(reloading.settings.preload_app);
  ASSERT_EQ(reloading.notes.size(), 1u);
  EXPECT_TRUE(reloading.notes[0].starts_with("preload_app has no effect while reload is on"));
  auto const capturing = merged({{from_file("capture_output", true)}});
  ASSERT_EQ(capturing.notes.size(), 1u);
  EXPECT_TRUE(capturing.notes[0].starts_with("capture_output has no effect"));
  EXPECT_TRUE(merged({{from_file("capture_output", true), from_file("errorlog", "error.log")}}).notes.empty());
  auto const looping = merged({{from_file("worker_class", "asgi"), from_file("threads", std::int64_t{2}),
                                from_file("request_buffering", false)}});
  ASSERT_EQ(looping.notes.size(), 2u);
  EXPECT_TRUE(looping.notes[0].starts_with("threads has no effect with asgi"));
  EXPECT_TRUE(looping.notes[1].starts_with("request_buffering = false has no effect with asgi"));
}

TEST(Merge, ReplacesListsAndDoesNotJoinThem) {
  auto const result = merged({{from_file("bind", RawList{"a", "b"})}, {from_line("bind", RawList{"c"}, "-b")}});
  EXPECT_EQ(result.settings.bind, Texts{"c"});
}

TEST(Merge, RefusesABadValueOfAFileInGunicornsWords) {
  EXPECT_EQ(refusal(from_file("workers", "abc")),
            "Invalid value for workers: abc\n\n"
            "\nError: invalid literal for int() with base 0: 'abc'\n"
            "monoceros.toml:3:11: workers = 'abc': it takes a whole number, 0 or more, or \"auto\"");
}

TEST(Merge, RefusesABadValueOfTheCommandLine) {
  EXPECT_EQ(refusal(from_line("workers", -3, "--workers")),
            "\nError: Value must be positive: -3\n"
            "--workers: workers = -3: it takes a whole number, 0 or more, or \"auto\"");
}

TEST(Merge, RefusesABadValueOfTheEnvironment) {
  EXPECT_EQ(refusal(from_environment("workers", "many", "WEB_CONCURRENCY")),
            "\nError: invalid literal for int() with base 0: 'many'\n"
            "$WEB_CONCURRENCY: workers = 'many': it takes a whole number, 0 or more, or \"auto\"");
}

TEST(Merge, NamesTheNearestWord) {
  EXPECT_EQ(refusal(from_file("header_map", "dorp")),
            "Invalid value for header_map: dorp\n\n"
            "\nError: Invalid header map behaviour: dorp\n"
            "monoceros.toml:3:11: header_map = 'dorp': it takes one of drop, refuse, dangerous (did you mean 'drop'?)");
}

TEST(Merge, IsStricterInTomlWhereGunicornLetsPass) {
  EXPECT_EQ(refusal(from_file("loglevel", "chatty")),
            "Invalid value for loglevel: chatty\n\n"
            "\nError: Invalid log level: chatty\n"
            "monoceros.toml:3:11: loglevel = 'chatty': it takes one of debug, info, warning, error, critical");
  EXPECT_EQ(refusal({"loglevel", "chatty", {Source::config_file, "gunicorn.conf.py"}}), "");
}

TEST(Merge, RefusesABadValueOfAPythonFileInTheSameWay) {
  EXPECT_TRUE(refusal({"workers", "abc", {Source::config_file, "gunicorn.conf.py"}})
                  .starts_with("Invalid value for workers: abc\n\n\nError: "));
}

TEST(Merge, RemarksUponSettingsOfTlsThatHaveNoEffect) {
  auto const note = [](std::vector<Entry> const& entries) {
    auto const notes = merged({entries}).notes;
    return notes.size() == 1 ? notes[0] : std::to_string(notes.size()) + " notes";
  };
  EXPECT_TRUE(
      note({from_file("certfile", "c"), from_file("ssl_context", "my.hook")}).starts_with("ssl_context is not"));
  EXPECT_TRUE(note({from_file("cert_reqs", 2)}).contains("have no effect without certfile"));
  EXPECT_TRUE(note({from_file("certfile", "c"), from_file("ca_certs", "c")}).contains("while cert_reqs is 0"));
  EXPECT_EQ(note({from_file("certfile", "c"), from_file("ca_certs", "c"), from_file("cert_reqs", 1)}), "0 notes");
}

TEST(Merge, JudgesAlsoWhatAStrongerSourceReplaces) {
  EXPECT_FALSE(merge(std::vector<Layer>{{from_file("workers", "abc")}, {from_line("workers", 2, "-w")}}, kMachine));
}

TEST(Merge, RefusesWhatIsNotSupportedYet) {
  EXPECT_EQ(refusal(from_line("dirty_workers", 1, "--dirty-workers")),
            "\nError: not supported yet: dirty_workers\n--dirty-workers: dirty_workers = 1: leave it out to start "
            "without it");
  EXPECT_TRUE(refusal(from_file("control_socket", "x")).contains("not supported yet: control_socket"));
}

TEST(Merge, RefusesWorkerClassesThatAreNotSupportedYet) {
  EXPECT_EQ(refusal(from_line("worker_class", "gevent", "-k")),
            "\nError: not supported yet: worker_class\n-k: worker_class = 'gevent': leave it out to start without it");
  EXPECT_EQ(refusal(from_file("worker_class", "uvicorn_worker.UvicornWorker")), "");
  EXPECT_EQ(refusal(from_file("worker_class", Callable{0, "Mine", true})), "");
  EXPECT_EQ(refusal(from_line("worker_class", "gthread", "-k")), "");
}

TEST(Merge, TakesTheDefaultOfWhatIsNotSupportedYet) {
  auto const result = merged({{from_file("reload", false), from_file("user", 1000), from_file("keyfile", RawValue()),
                               from_file("logger_class", "simple"), from_file("proxy_protocol", "off")}});
  EXPECT_TRUE(result.notes.empty());
}

TEST(Merge, RemarksOnWhatHasNoEffect) {
  auto const result =
      merged({{from_file("http_parser", "fast")}, {from_line("control_socket_disable", true, "--no-control-socket")}});
  EXPECT_EQ(
      result.remarks,
      (Texts{"http_parser has no effect: there is one parser, and it is compiled in",
             "control_socket_disable has no effect: there is no control socket unless control_socket names one"}));
}

TEST(Merge, RemarksOnASettingThatWentAwayAndPassesOverStrangers) {
  auto const result = merged({{from_file("debug", true), from_file("my_helper", 3)}});
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_TRUE(result.notes[0].starts_with("debug has no effect any more: use loglevel"));
}

TEST(Merge, FindsTheNumberOfWorkersByItself) {
  FakeRoot root;
  root.write("proc/meminfo", "MemTotal: 400000 kB\n");
  Machine machine = kMachine;
  machine.root = root.path();
  machine.affinity = 8;
  auto const result = merge(std::vector<Layer>{{from_file("workers", "auto")}}, machine);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->settings.workers, (WorkerCount{.count = 3, .is_auto = true}));
}

TEST(Merge, NamesProcessesAfterTheApplication) {
  EXPECT_EQ(process_name(merged({{from_line("wsgi_app", "shop:app", "APP_MODULE")}}).settings), "shop:app");
  EXPECT_EQ(process_name(merged({}).settings), "monoceros");
  EXPECT_EQ(process_name(merged({{from_file("wsgi_app", "a"), from_file("default_proc_name", "b")}}).settings), "b");
}

TEST(Merge, NeedsAnApplicationToServe) {
  Settings settings;
  EXPECT_TRUE(application(settings).error().message().starts_with("\nError: No application module specified.\n"));
  settings.wsgi_app = "app:app";
  EXPECT_EQ(application(settings), "app:app");
}

}  // namespace
}  // namespace config
