#include "config/arguments.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using Words = std::vector<std::string>;

Arguments parsed(Words const& words) {
  auto const arguments = parse_arguments(words, Source::command_line);
  EXPECT_TRUE(arguments) << arguments.error().message();
  return arguments.value_or(Arguments{});
}

RawValue value(Words const& words, std::string_view name) {
  auto const arguments = parsed(words);
  auto const* const entry = find_entry(arguments.layer, name);
  return entry ? entry->value : RawValue("(absent)");
}

std::string refusal(Words const& words) {
  auto const arguments = parse_arguments(words, Source::command_line);
  return arguments ? "" : arguments.error().message();
}

TEST(Arguments, TakeValuesInEveryForm) {
  for (auto const& form : {Words{"-w", "4"}, {"-w4"}, {"-w=4"}, {"--workers", "4"}, {"--workers=4"}}) {
    EXPECT_EQ(value(form, "workers"), RawValue(4)) << form[0];
  }
}

TEST(Arguments, FindTheApplicationBetweenOptions) {
  auto const arguments = parsed({"-w", "2", "app:app", "ignored", "--preload"});
  EXPECT_EQ(arguments.positionals, (Words{"app:app", "ignored"}));
  EXPECT_EQ(parsed({"--", "-w"}).positionals, Words{"-w"});
}

TEST(Arguments, RememberTheFlagTheyCameFrom) {
  auto const layer = parsed({"-w", "2", "--graceful=5"}).layer;
  EXPECT_EQ(describe(layer[0].origin), "-w");
  EXPECT_EQ(describe(layer[1].origin), "--graceful-timeout");
}

TEST(Arguments, MakeOneListOfARepeatedFlag) {
  EXPECT_EQ(value({"-b", "a", "--bind", "b", "-bc"}, "bind"), RawValue(RawList{"a", "b", "c"}));
}

TEST(Arguments, CountTheLastOfARepeatedValue) {
  EXPECT_EQ(value({"-w", "-3", "-w", "2"}, "workers"), RawValue(2));
  EXPECT_EQ(parsed({"-w", "1", "-w", "2"}).layer.size(), 1u);
}

TEST(Arguments, SwitchFlagsOn) {
  EXPECT_EQ(value({"--preload"}, "preload_app"), RawValue(true));
  EXPECT_EQ(value({"--no-sendfile"}, "sendfile"), RawValue(false));
  EXPECT_EQ(value({"-Dw3"}, "workers"), RawValue(3));
  EXPECT_EQ(value({"-DR"}, "enable_stdio_inheritance"), RawValue(true));
}

TEST(Arguments, MayBeCutShort) {
  EXPECT_EQ(value({"--pre"}, "preload_app"), RawValue(true));
  EXPECT_EQ(value({"--print-conf"}, "print_config"), RawValue(true));
  EXPECT_EQ(value({"--graceful", "7"}, "graceful_timeout"), RawValue(7));
}

TEST(Arguments, MustNotBeCutTooShort) {
  EXPECT_EQ(refusal({"--w", "3"}),
            "ambiguous option: --w could match --workers, --worker-class, --worker-connections, --worker-tmp-dir, "
            "--write-timeout");
}

TEST(Arguments, KeepGunicornsOddSpellings) {
  EXPECT_EQ(value({"--limit-request-field_size", "9"}, "limit_request_field_size"), RawValue(9));
  EXPECT_EQ(value({"--keep-alive", "9"}, "keepalive"), RawValue(9));
  EXPECT_EQ(value({"--log-file", "x"}, "errorlog"), RawValue("x"));
  EXPECT_EQ(value({"--error-logfile", "-"}, "errorlog"), RawValue("-"));
  EXPECT_EQ(value({"--umask", "0022"}, "umask"), RawValue(18));
}

TEST(Arguments, AllowWorkersToBeAuto) {
  EXPECT_EQ(value({"-w", "auto"}, "workers"), RawValue("auto"));
}

TEST(Arguments, RefuseWhatIsNoNumber) {
  EXPECT_EQ(refusal({"-w", "abc"}),
            "argument -w/--workers: invalid int value: 'abc' (it takes a whole number, 0 or more, or \"auto\")");
  EXPECT_EQ(refusal({"--backlog=0x10"}),
            "argument --backlog: invalid int value: '0x10' (it takes a whole number, 0 or more)");
}

TEST(Arguments, RefuseAFlagWithoutItsValue) {
  EXPECT_EQ(refusal({"-b"}), "argument -b/--bind: expected one argument");
  EXPECT_EQ(refusal({"--bind", "--preload"}), "argument -b/--bind: expected one argument");
  EXPECT_EQ(refusal({"--bind", "--", "x"}), "argument -b/--bind: expected one argument");
}

TEST(Arguments, RefuseAValueWhereNoneBelongs) {
  EXPECT_EQ(refusal({"--preload=1"}), "argument --preload: ignored explicit argument '1'");
  EXPECT_EQ(refusal({"-Dx"}), "argument -D/--daemon: ignored explicit argument 'x'");
}

TEST(Arguments, RefuseStrangersAndNameTheNearest) {
  EXPECT_EQ(refusal({"--wrokers", "3"}), "unrecognized arguments: --wrokers (did you mean --workers?)");
  EXPECT_EQ(refusal({"--banana", "-Z"}), "unrecognized arguments: --banana -Z");
}

TEST(Arguments, RefuseAWordBehindTheApplicationAndAnOption) {
  EXPECT_EQ(refusal({"app:app", "-w", "2", "more"}), "unrecognized arguments: more");
  EXPECT_EQ(refusal({"app:app", "--keepalive", "5"}),
            "unrecognized arguments: --keepalive 5 (did you mean --keep-alive?)");
}

TEST(Arguments, TellWhatReplacedAFlagThatWentAway) {
  EXPECT_TRUE(refusal({"--debug"}).starts_with("unrecognized arguments: --debug (--debug went away: use loglevel"));
  EXPECT_TRUE(refusal({"--settings", "x"}).contains("DJANGO_SETTINGS_MODULE"));
}

TEST(Arguments, TakeNegativeNumbersAndTextsWithBlanksForValues) {
  EXPECT_EQ(value({"-w", "-3"}, "workers"), RawValue(-3));
  EXPECT_EQ(value({"--name", "- a b"}, "proc_name"), RawValue("- a b"));
  EXPECT_EQ(value({"--access-logfile", "-"}, "accesslog"), RawValue("-"));
}

TEST(Arguments, LeaveTheApplicationToItselfBehindAnOptionalValue) {
  auto const arguments = parsed({"--proxy-protocol", "app:app"});
  EXPECT_EQ(arguments.positionals, Words{"app:app"});
  EXPECT_EQ(find_entry(arguments.layer, "proxy_protocol")->value, RawValue("auto"));
  EXPECT_EQ(value({"--proxy-protocol", "v2", "app:app"}, "proxy_protocol"), RawValue("v2"));
  EXPECT_EQ(value({"--proxy-protocol=v1"}, "proxy_protocol"), RawValue("v1"));
}

TEST(Arguments, WishForHelpOrVersion) {
  EXPECT_EQ(parsed({"-h", "--wrk"}).wish, Arguments::Wish::help);
  EXPECT_EQ(parsed({"--wrk", "--version"}).wish, Arguments::Wish::version);
  EXPECT_EQ(parsed({"-v"}).wish, Arguments::Wish::version);
}

base::Result<Arguments> parsed_variable(std::string const& line) {
  return parse_environment_arguments({{"GUNICORN_CMD_ARGS", line}});
}

TEST(EnvironmentArguments, AreOptionsWithoutPositionals) {
  auto const arguments = parsed_variable("--access-logfile - -b 'unix:/a b' app:app");
  ASSERT_TRUE(arguments);
  EXPECT_TRUE(arguments->positionals.empty());
  EXPECT_EQ(find_entry(arguments->layer, "bind")->value, RawValue(RawList{"unix:/a b"}));
  EXPECT_EQ(describe(arguments->layer[0].origin), "GUNICORN_CMD_ARGS --access-logfile");
}

TEST(EnvironmentArguments, AreNoneWhereTheVariableIsNotSet) {
  auto const arguments = parse_environment_arguments({{"GUNICORN", "--bind"}});
  ASSERT_TRUE(arguments);
  EXPECT_TRUE(arguments->layer.empty());
}

TEST(EnvironmentArguments, SayInTheirRefusalWhereTheyStand) {
  EXPECT_EQ(parsed_variable("--bind").error().message(),
            "GUNICORN_CMD_ARGS: argument -b/--bind: expected one argument");
  EXPECT_EQ(parsed_variable("'x").error().message(), "GUNICORN_CMD_ARGS: No closing quotation");
}

}  // namespace
}  // namespace config
