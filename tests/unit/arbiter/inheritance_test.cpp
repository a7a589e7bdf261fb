#include "arbiter/inheritance.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

namespace arbiter {
namespace {

using Texts = std::vector<std::string>;

TEST(Inheritance, IsTakenOutOfTheEnvironment) {
  ::setenv("GUNICORN_PID", std::to_string(::getppid()).c_str(), 1);
  ::setenv("GUNICORN_FD", "7,12", 1);
  ::setenv("MONOCEROS_READY", "8", 1);
  ::setenv("MONOCEROS_INIT", "9", 1);
  auto const inheritance = Inheritance::take().value();
  EXPECT_EQ(inheritance.predecessor, ::getppid());
  EXPECT_EQ(inheritance.sockets, (std::vector{7, 12}));
  EXPECT_EQ(inheritance.ready, 8);
  EXPECT_EQ(inheritance.init, 9);
  EXPECT_TRUE(inheritance.is_shared());
  for (auto const* name : {"GUNICORN_PID", "GUNICORN_FD", "MONOCEROS_READY", "MONOCEROS_INIT"})
    EXPECT_EQ(::getenv(name), nullptr);
}

TEST(Inheritance, MayHoldNoSocketAndOutliveItsPredecessor) {
  ::setenv("GUNICORN_PID", "999999999", 1);
  ::setenv("GUNICORN_FD", "", 1);
  auto const inheritance = Inheritance::take().value();
  EXPECT_TRUE(inheritance.sockets.empty());
  EXPECT_FALSE(inheritance.is_shared());
}

TEST(Inheritance, IsNoneForWhomNobodyLeftOne) {
  auto const inheritance = Inheritance::take().value();
  EXPECT_FALSE(inheritance.predecessor);
  EXPECT_FALSE(inheritance.is_shared());
}

TEST(Inheritance, RubbishIsRefusedByName) {
  ::setenv("GUNICORN_PID", "12", 1);
  ::setenv("GUNICORN_FD", "3,x", 1);
  auto const refused = Inheritance::take();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().starts_with("GUNICORN_FD: 'x' is not a number"));
}

TEST(Inheritance, EnvironmentOfTheHeirIsTheOriginalOneButForItsOwnVariables) {
  Texts const original = {"A=1", "GUNICORN_PID=5", "GUNICORN_FD=6", "LISTEN_PID=10", "LISTEN_FDS=1", "WATCHDOG_PID=10"};
  EXPECT_EQ(environment_for(original, {.passed = {}, .sockets = {4, 5}, .ready = {}, .init = {}}, 10, 11),
            (Texts{"A=1", "WATCHDOG_PID=11", "GUNICORN_PID=10", "GUNICORN_FD=4,5"}));
}

TEST(Inheritance, SocketsOfAServiceManagerAreAddressedToTheHeir) {
  EXPECT_EQ(environment_for({}, {.passed = {3, 4}, .sockets = {}, .ready = 7, .init = 8}, 10, 11),
            (Texts{"GUNICORN_PID=10", "GUNICORN_FD=", "MONOCEROS_READY=7", "MONOCEROS_INIT=8", "LISTEN_PID=11",
                   "LISTEN_FDS=2"}));
}

}  // namespace
}  // namespace arbiter
