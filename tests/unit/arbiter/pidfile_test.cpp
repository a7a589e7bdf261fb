#include "arbiter/pidfile.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST_F(PidfileTest, DirectoryThatIsMissingIsNamed) {
  auto const refused = Pidfile::create("/nonexistent/server.pid", 1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().starts_with("pidfile: cannot write: /nonexistent/server.pid"));
}

}  // namespace
}  // namespace arbiter
