#include "config/assign.h"

#include <gtest/gtest.h>

#include "config/settings_table.h"

namespace config {
namespace {

// One setting after the other, in Settings of their own.
class Assign : public testing::Test {
 protected:
  // The complaint about a value, or "" when it was taken.
  std::string complaint(std::string_view name, RawValue const& value) {
    auto const& field = find_row(name)->field;
    Context context{machine_, notes_};
    auto const outcome = field.set(field, settings_, value, context);
    return outcome ? "" : outcome.error().message();
  }
  // The value as --print-config shows it, after storing.
  std::string stored(std::string_view name, RawValue const& value) {
    EXPECT_EQ(complaint(name, value), "") << name;
    auto const& field = find_row(name)->field;
    return to_text(field.get(field, settings_));
  }

  Machine machine_{.working_directory = "/usr", .user = 1000, .group = 1001};
  Settings settings_;
  Texts notes_;
};

TEST_F(Assign, NumbersMayBeWrittenAsPythonLiterals) {
  EXPECT_EQ(stored("workers", 3), "3");
  EXPECT_EQ(stored("workers", "0x10"), "16");
  EXPECT_EQ(stored("workers", " 1_000 "), "1000");
  EXPECT_EQ(stored("workers", true), "1");
}

TEST_F(Assign, NumbersAreRefusedInPythonsWords) {
  EXPECT_EQ(complaint("workers", "abc"), "invalid literal for int() with base 0: 'abc'");
  EXPECT_EQ(complaint("workers", "010"), "invalid literal for int() with base 0: '010'");
  EXPECT_EQ(complaint("workers", ""), "invalid literal for int() with base 0: ''");
  EXPECT_EQ(complaint("workers", -3), "Value must be positive: -3");
  EXPECT_EQ(complaint("timeout", 2.5), "Not a whole number: 2.5");
  EXPECT_EQ(complaint("threads", RawValue()), "Not a whole number: None");
}

TEST_F(Assign, NumbersThatDoNotFitAreRefused) {
  EXPECT_EQ(complaint("backlog", std::int64_t{1} << 40), "Value is too large: 1099511627776 (at most 2147483647)");
  EXPECT_EQ(complaint("timeout", "9" + std::string(30, '9')),
            "invalid literal for int() with base 0: '" + std::string(31, '9') + "'");
}

TEST_F(Assign, SizesMayHaveAUnit) {
  EXPECT_EQ(stored("limit_request_body", 1000), "1000");
  EXPECT_EQ(stored("limit_request_body", "1000"), "1000");
  EXPECT_EQ(stored("limit_request_body", "10M"), "10485760");
  EXPECT_EQ(complaint("limit_request_body", "ten"), "Invalid size: ten");
  EXPECT_EQ(complaint("limit_request_body", "-1"), "Invalid size: -1");
  EXPECT_EQ(complaint("limit_request_body", -1), "Value must be positive: -1");
}

TEST_F(Assign, WorkersMayBeAuto) {
  EXPECT_EQ(complaint("workers", "Auto"), "");
  EXPECT_TRUE(settings_.workers.is_auto);
}

TEST_F(Assign, FlagsTakeBooleansNoneAndTheirWords) {
  EXPECT_EQ(stored("reuse_port", true), "True");
  EXPECT_EQ(stored("reuse_port", " FALSE "), "False");
  EXPECT_EQ(stored("reuse_port", RawValue()), "False");
  EXPECT_EQ(complaint("reuse_port", "yes"), "Invalid boolean: yes");
  EXPECT_EQ(complaint("reuse_port", 1), "Invalid type for casting: 1");
}

TEST_F(Assign, TextsAreTrimmedAndMustBeTexts) {
  EXPECT_EQ(stored("pidfile", "  /run/x.pid\n"), "/run/x.pid");
  EXPECT_EQ(stored("pidfile", RawValue()), "None");
  EXPECT_EQ(complaint("pidfile", 5), "Not a string: 5");
  EXPECT_EQ(complaint("errorlog", Opaque("b'x'")), "Not a string: b'x'");
}

TEST_F(Assign, ListsTakeOneTextOrSeveral) {
  EXPECT_EQ(stored("bind", "unix:/x"), "['unix:/x']");
  EXPECT_EQ(stored("bind", RawList{" a ", "b"}), "['a', 'b']");
  EXPECT_EQ(stored("bind", RawValue()), "[]");
  EXPECT_EQ(stored("bind", ""), "[]");
  EXPECT_EQ(complaint("bind", RawList{8000}), "Not a string: 8000");
  EXPECT_EQ(complaint("bind", 8000), "Not a string: 8000");
}

TEST_F(Assign, CommaListsAreSplitButListsAreRefusedAsUnderGunicorn) {
  EXPECT_EQ(stored("forwarder_headers", "A, B,,"), "['A', 'B']");
  EXPECT_EQ(complaint("forwarder_headers", RawList{"A"}), "Not a string: ['A']");
}

TEST_F(Assign, AllowListsTakeNetworksOnly) {
  EXPECT_EQ(stored("forwarded_allow_ips", "10.0.0.0/8, ::1,*"), "['10.0.0.0/8', '::1', '*']");
  EXPECT_EQ(complaint("forwarded_allow_ips", "localhost"), "'localhost' does not appear to be an IPv4 or IPv6 network");
  EXPECT_EQ(complaint("forwarded_allow_ips", "192.168.1.1/24"), "192.168.1.1/24 has host bits set");
}

TEST_F(Assign, ChoicesIgnoreCaseAndKeepGunicornsRefusals) {
  EXPECT_EQ(stored("header_map", " Refuse "), "refuse");
  EXPECT_EQ(settings_.header_map, HeaderMap::refuse);
  EXPECT_EQ(complaint("header_map", "keep"), "Invalid header map behaviour: keep");
  EXPECT_EQ(complaint("reload_engine", "fast"), "Invalid reload_engine: 'fast'");
  EXPECT_EQ(complaint("http_parser", "c"), "http_parser must be one of: auto, fast, python");
  EXPECT_EQ(complaint("asgi_loop", true), "Invalid type for casting: True");
}

TEST_F(Assign, ProxyProtocolHasOtherSpellings) {
  for (RawValue const& off : {RawValue(false), RawValue("None"), RawValue("0"), RawValue()}) {
    EXPECT_EQ(stored("proxy_protocol", off), "off");
  }
  for (RawValue const& on : {RawValue(true), RawValue("TRUE"), RawValue("1"), RawValue("auto")}) {
    EXPECT_EQ(stored("proxy_protocol", on), "auto");
  }
  EXPECT_EQ(complaint("proxy_protocol", "v3"), "proxy_protocol must be: off, v1, v2, or auto");
}

TEST_F(Assign, UnknownLogLevelIsInfoWithARemark) {
  EXPECT_EQ(stored("loglevel", "WARNING"), "warning");
  EXPECT_EQ(stored("loglevel", "warn"), "info");
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_EQ(notes_[0], "loglevel: there is no level 'warn', so info is used");
}

TEST_F(Assign, ModesMayBeWrittenAsInAShell) {
  EXPECT_EQ(stored("umask", "0022"), "18");
  EXPECT_EQ(stored("umask", "0o22"), "18");
  EXPECT_EQ(stored("umask", 18), "18");
  EXPECT_EQ(complaint("umask", "0088"), "invalid literal for int() with base 0: '0088'");
}

TEST_F(Assign, ChdirIsMadeAbsoluteAndMustExist) {
  EXPECT_EQ(stored("chdir", "bin/../lib/"), "/usr/lib");
  EXPECT_EQ(stored("chdir", "."), "/usr");
  EXPECT_EQ(stored("chdir", "/"), "/");
  EXPECT_EQ(complaint("chdir", "no-such-place"), "can't chdir to 'no-such-place'");
}

TEST_F(Assign, UsersAndGroupsAreNumbersOrNames) {
  EXPECT_EQ(stored("user", "65532"), "65532");
  EXPECT_EQ(stored("user", "root"), "0");
  EXPECT_EQ(stored("group", RawValue()), "1001");
  EXPECT_EQ(complaint("user", "no-such-user"), "No such user: 'no-such-user'");
  EXPECT_EQ(complaint("group", "no-such-group"), "No such group: 'no-such-group'");
}

TEST_F(Assign, OwnerOfAFileIsAUserAGroupOrBoth) {
  EXPECT_EQ(stored("unix_socket_owner", "root:7"), "root:7");
  EXPECT_EQ(settings_.unix_socket_owner->user, 0u);
  EXPECT_EQ(settings_.unix_socket_owner->group, 7u);
  EXPECT_EQ(stored("unix_socket_owner", ":root"), ":root");
  EXPECT_FALSE(settings_.unix_socket_owner->user);
  EXPECT_EQ(stored("unix_socket_owner", "33"), "33");
  EXPECT_FALSE(settings_.unix_socket_owner->group);
  EXPECT_EQ(stored("unix_socket_owner", RawValue()), "None");
  EXPECT_EQ(complaint("unix_socket_owner", "root:no-such-group"), "No such group: 'no-such-group'");
  EXPECT_EQ(complaint("unix_socket_owner", "no-such-user"), "No such user: 'no-such-user'");
}

TEST_F(Assign, ModeOfASocketMayBeLeftOpen) {
  EXPECT_EQ(stored("unix_socket_mode", "0660"), "432");
  EXPECT_EQ(stored("unix_socket_mode", RawValue()), "None");
  EXPECT_FALSE(settings_.unix_socket_mode);
}

TEST_F(Assign, EnvironmentVariablesNeedAName) {
  EXPECT_EQ(stored("raw_env", RawList{"A=1", "B="}), "['A=1', 'B=']");
  EXPECT_EQ(complaint("raw_env", "A"), "environment setting 'A' invalid");
  EXPECT_EQ(complaint("raw_env", "=1"), "environment setting '=1' invalid");
}

TEST_F(Assign, WatchedFilesMustExistUnlessTheyArePatterns) {
  EXPECT_EQ(stored("reload_extra_files", RawList{"bin", "*.none"}), "['bin', '*.none']");
  EXPECT_EQ(complaint("reload_extra_files", "nowhere.txt"), "File nowhere.txt does not exists.");
}

TEST_F(Assign, Http2LimitsAndProtocolsAreChecked) {
  EXPECT_EQ(stored("http_protocols", "H2, h1"), "['h2', 'h1']");
  EXPECT_EQ(complaint("http_protocols", "h3"), "Invalid protocol 'h3'. Valid protocols: h1, h2");
  EXPECT_EQ(complaint("http_protocols", "h1,h1"), "Duplicate protocols specified");
  EXPECT_EQ(complaint("http2_max_frame_size", 5), "http2_max_frame_size must be between 16384 and 16777215, got 5");
  EXPECT_EQ(stored("http2_cleartext", true), "prior-knowledge");
}

TEST_F(Assign, StatsdTakesAHostWithAPortOrAPath) {
  EXPECT_EQ(stored("statsd_host", "localhost:8125"), "localhost:8125");
  EXPECT_EQ(stored("statsd_host", "unix:///run/statsd"), "unix:///run/statsd");
  EXPECT_EQ(complaint("statsd_host", "localhost:x"), "Value must be one of ('host:port', 'unix://PATH')");
}

TEST_F(Assign, TablesMustBeTables) {
  EXPECT_EQ(stored("secure_scheme_headers", RawTable{{"X-SSL", "on"}}), "{'X-SSL': 'on'}");
  EXPECT_EQ(complaint("secure_scheme_headers", "x"), "Value is not a dictionary: x");
  EXPECT_EQ(complaint("secure_scheme_headers", RawTable{{"X", 1}}), "Not a string: 1");
}

TEST_F(Assign, WorkerClassesAreKnownByNamePathAndEgg) {
  for (auto const* name : {"gthread", "egg:gunicorn#gthread", "gunicorn.workers.gthread.ThreadWorker"}) {
    EXPECT_EQ(stored("worker_class", name), name);
    EXPECT_EQ(settings_.worker_class.kind, WorkerClass::Kind::gthread) << name;
  }
  EXPECT_EQ(stored("worker_class", "uvicorn_worker.UvicornWorker"), "uvicorn_worker.UvicornWorker");
  EXPECT_EQ(settings_.worker_class.kind, WorkerClass::Kind::custom);
  EXPECT_EQ(complaint("worker_class", "snyc"), "class uri 'snyc' invalid or not found (did you mean 'sync'?)");
}

TEST_F(Assign, ClassesAndFunctionsOfAPythonConfigAreKeptByNumber) {
  EXPECT_EQ(stored("worker_class", Callable{7, "MyWorker", true}), "<MyWorker()>");
  EXPECT_EQ(settings_.worker_class.object->index, 7u);
  EXPECT_EQ(stored("post_fork", Callable{8, "post_fork", false}), "<post_fork()>");
  EXPECT_EQ(settings_.post_fork.object->index, 8u);
}

TEST_F(Assign, HooksMayBeDottedPaths) {
  EXPECT_EQ(stored("post_fork", "hooks.tracing.start"), "<hooks.tracing.start()>");
  EXPECT_EQ(settings_.post_fork.path, "hooks.tracing.start");
  EXPECT_EQ(complaint("post_fork", "start"),
            "Value 'start' is not import string. Format: module[.submodules...].object");
  EXPECT_EQ(complaint("post_fork", 3), "Value is not callable: 3");
}

TEST_F(Assign, SimpleLoggerIsTheDefaultOne) {
  EXPECT_EQ(stored("logger_class", "simple"), "gunicorn.glogging.Logger");
}

}  // namespace
}  // namespace config
