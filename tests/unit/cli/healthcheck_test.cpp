#include "cli/healthcheck.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

std::string refusal(Words const& words) {
  auto const parsed = parse_healthcheck(words);
  return parsed ? "" : parsed.error().message();
}

TEST(Healthcheck, HasDefaults) {
  auto const parsed = parse_healthcheck({});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->address, std::nullopt);
  EXPECT_EQ(parsed->path, "/");
  EXPECT_EQ(parsed->timeout, std::chrono::seconds(5));
}

TEST(Healthcheck, TakesAddressPathAndTimeout) {
  auto const parsed = parse_healthcheck(Words{"--bind=unix:/run/x", "--path", "/up", "--timeout=9"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->address, "unix:/run/x");
  EXPECT_EQ(parsed->path, "/up");
  EXPECT_EQ(parsed->timeout, std::chrono::seconds(9));
}

TEST(Healthcheck, RefusesNonsense) {
  EXPECT_EQ(refusal({"--path", "up"}), "healthcheck: --path begins with a slash: up");
  EXPECT_EQ(refusal({"-t", "0"}), "healthcheck: -t takes seconds from 1 to 3600: 0");
  EXPECT_EQ(refusal({"--bind"}), "healthcheck: --bind: expected one argument");
}

class AddressToCheck : public testing::Test {
 protected:
  std::string address(config::Environment environment = {}, std::optional<std::string> asked = {}) const {
    config::Machine const machine{.working_directory = root_.path(), .environment = std::move(environment)};
    return target({.address = std::move(asked)}, machine).address;
  }
  config::FakeRoot root_;
};

TEST_F(AddressToCheck, IsWhereAServerListensByDefault) {
  EXPECT_EQ(address(), "127.0.0.1:8000");
  EXPECT_EQ(address({{"PORT", "8080"}}), "127.0.0.1:8080");
}

TEST_F(AddressToCheck, FollowsTheServersOwnSources) {
  root_.write("monoceros.toml", "bind = ['unix:/run/app.sock', ':1']\n");
  EXPECT_EQ(address({{"PORT", "8080"}}), "unix:/run/app.sock");
  EXPECT_EQ(address({{"GUNICORN_CMD_ARGS", "-b [::]:81"}}), "[::1]:81");
  EXPECT_EQ(address({{"GUNICORN_CMD_ARGS", "-b [::]:81"}}, "10.0.0.1:5"), "10.0.0.1:5");
}

TEST_F(AddressToCheck, IsTheOneBakedIntoABundleUnlessTheEnvironmentSaysMore) {
  config::Machine machine{.baked = {.folder = "/shop", .arguments = {"-b", "0.0.0.0:81", "--certfile", "x"}}};
  EXPECT_EQ(target({}, machine).address, "127.0.0.1:81");
  EXPECT_TRUE(target({}, machine).is_tls);
  machine.environment["PORT"] = "80";
  EXPECT_EQ(target({}, machine).address, "127.0.0.1:80");
}

TEST_F(AddressToCheck, IsAGuessWhereNobodyNamesIt) {
  config::Machine machine{.working_directory = root_.path()};
  EXPECT_FALSE(target({}, machine).hint.empty());
  EXPECT_TRUE(target({.address = ":8000"}, machine).hint.empty());
  machine.environment["PORT"] = "8000";
  EXPECT_TRUE(target({}, machine).hint.empty());
}

TEST_F(AddressToCheck, IsOnThisMachineWhenTheServerListensEverywhere) {
  EXPECT_EQ(address({}, "0.0.0.0"), "127.0.0.1");
  EXPECT_EQ(address({}, ":80"), "127.0.0.1:80");
  EXPECT_EQ(address({}, "tcp://0.0.0.0:80"), "127.0.0.1:80");
  EXPECT_EQ(address({}, "0.0.0.00:80"), "0.0.0.00:80");
}

TEST_F(AddressToCheck, LeavesBadConfigurationToTheServer) {
  root_.write("monoceros.toml", "bind = [\n");
  EXPECT_EQ(address({{"GUNICORN_CMD_ARGS", "--bind"}}), "127.0.0.1:8000");
}

}  // namespace
}  // namespace cli
