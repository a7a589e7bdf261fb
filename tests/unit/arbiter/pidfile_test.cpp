#include "arbiter/pidfile.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <format>
#include <fstream>

#include "base/sys.h"

namespace arbiter {
namespace {

struct PidfileTest : testing::Test {
  std::string path = testing::TempDir() + "server.pid";

  PidfileTest() { ::unlink(path.c_str()); }
  void write(std::string const& content) { std::ofstream(path) << content; }
  std::string content() { return base::sys::read_file(path).value_or("no file"); }
};

TEST_F(PidfileTest, HoldsThePidForAllToRead) {
  auto const pidfile = Pidfile::create(path, ::getpid()).value();
  EXPECT_EQ(content(), std::to_string(::getpid()) + "\n");
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
  pidfile.remove();
  EXPECT_EQ(content(), "no file");
}

TEST_F(PidfileTest, AnotherLivingProcessIsRespected) {
  write(std::to_string(::getppid()) + "\n");
  auto const refused = Pidfile::create(path, ::getpid());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(),
            "Already running on PID " + std::to_string(::getppid()) + " (or pid file '" + path + "' is stale)");
}

TEST_F(PidfileTest, LeftoversAreReplaced) {
  for (std::string const leftover : {"", "rubbish", "0", "999999999\n", std::to_string(::getpid()).c_str()}) {
    write(leftover);
    EXPECT_TRUE(Pidfile::create(path, ::getpid())) << leftover;
    EXPECT_EQ(content(), std::to_string(::getpid()) + "\n");
  }
}

TEST_F(PidfileTest, FileOfASuccessorIsNotRemoved) {
  auto const pidfile = Pidfile::create(path, ::getpid()).value();
  write("1\n");
  pidfile.remove();
  EXPECT_EQ(content(), "1\n");
}

TEST_F(PidfileTest, MovesToTheNameOfAPredecessorWhoIsGone) {
  auto pidfile = Pidfile::create(path + ".2", ::getpid()).value();
  write("999999999\n");
  ASSERT_TRUE(pidfile.move(path, 999999999));
  EXPECT_EQ(content(), std::to_string(::getpid()) + "\n");
  EXPECT_NE(::access((path + ".2").c_str(), F_OK), 0);
  EXPECT_EQ(pidfile.path(), path);
}

TEST_F(PidfileTest, StaysWhereItIsWhenAnotherLivingProcessHasTheName) {
  auto pidfile = Pidfile::create(path + ".2", ::getpid()).value();
  write(std::to_string(::getppid()) + "\n");
  ASSERT_FALSE(pidfile.move(path, 999999999));
  EXPECT_EQ(::access((path + ".2").c_str(), F_OK), 0);
  pidfile.remove();
}

// Each child claims a stale file for itself, lives until all have tried, and says whether it won.
TEST_F(PidfileTest, OneOfManyWhoTryAtOnceGetsIt) {
  for (int round = 0; round < 20; ++round) {
    write("999999999\n");
    int results[2], gate[2];
    ASSERT_EQ(::pipe(results), 0);
    ASSERT_EQ(::pipe(gate), 0);
    constexpr int kCount = 8;
    for (int i = 0; i < kCount; ++i) {
      if (::fork() != 0) continue;
      char const won = Pidfile::create(path, ::getpid()) ? 'w' : 'l';
      (void)!::write(results[1], &won, 1);
      ::close(gate[1]);
      char end;
      (void)!::read(gate[0], &end, 1);
      ::_exit(0);
    }
    int winners = 0;
    for (int i = 0; i < kCount; ++i) {
      char result = 0;
      ASSERT_EQ(::read(results[0], &result, 1), 1);
      winners += result == 'w';
    }
    EXPECT_EQ(winners, 1);
    for (int const end : {results[0], results[1], gate[0], gate[1]}) ::close(end);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
  }
}

TEST_F(PidfileTest, LeavesNothingElseBehind) {
  auto const pidfile = Pidfile::create(path, ::getpid()).value();
  EXPECT_NE(::access(std::format("{}.{}.new", path, ::getpid()).c_str(), F_OK), 0);
}

TEST_F(PidfileTest, DirectoryThatIsMissingIsNamed) {
  auto const refused = Pidfile::create("/nonexistent/server.pid", 1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().starts_with("pidfile: cannot write: /nonexistent/server.pid"));
}

}  // namespace
}  // namespace arbiter
