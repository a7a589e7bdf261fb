#include "log/log.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <regex>

#include "base/sys.h"
#include "log/captured_pipe.h"

namespace logging {
namespace {

std::string file_content(std::string const& path) {
  return base::sys::read_file(path).value_or("");
}

TEST(Log, ErrorLinesLookLikeGunicorns) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  log.info("Booting worker with pid: {}", 42);
  log.write(Level::critical, "WORKER TIMEOUT");
  std::regex const lines(
      "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}\\] \\[" + std::to_string(::getpid()) +
      "\\] \\[INFO\\] Booting worker with pid: 42\n\\[.*\\] \\[\\d+\\] \\[CRITICAL\\] WORKER TIMEOUT\n");
  auto const text = pipe.read_all();
  EXPECT_TRUE(std::regex_match(text, lines)) << text;
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({.level = Level::warning}).value();
  EXPECT_FALSE(log.is_enabled(Level::info));
  log.info("quiet");
  log.debug("quieter");
  log.warning("heard");
  EXPECT_TRUE(pipe.read_all().ends_with("[WARNING] heard\n"));
}

TEST(Log, AccessLinesGoOutAsTheyAre) {
  CapturedPipe pipe(STDOUT_FILENO);
  auto log = Log::open({.access_path = "-"}).value();
  EXPECT_TRUE(log.is_access_enabled());
  log.access("127.0.0.1 - - \"GET / HTTP/1.1\" 200");
  EXPECT_EQ(pipe.read_all(), "127.0.0.1 - - \"GET / HTTP/1.1\" 200\n");
}

TEST(Log, WithoutAccessLogNothingGoesToStandardOutput) {
  CapturedPipe pipe(STDOUT_FILENO);
  auto log = Log::open({}).value();
  EXPECT_FALSE(log.is_access_enabled());
  log.access("lost");
  EXPECT_EQ(pipe.read_all(), "");
}

TEST(Log, ReopenFollowsAFileThatWasRotatedAway) {
  auto const path = testing::TempDir() + "rotated.log";
  ::unlink(path.c_str());
  auto log = Log::open({.error_path = path}).value();
  log.info("before");
  base::sys::rename(path, path + ".1").value();
  log.info("still the old file");
  ASSERT_TRUE(log.reopen());
  log.info("after");
  EXPECT_NE(file_content(path + ".1").find("still the old file"), std::string::npos);
  EXPECT_TRUE(file_content(path).ends_with("[INFO] after\n"));
}

TEST(Log, UnwritableFileIsRefusedByNameAndTheOldChannelsStay) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  auto const failed = log.reconfigure({.error_path = "/nonexistent/error.log"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(), "errorlog: cannot write: /nonexistent/error.log: No such file or directory");
  log.info("here");
  EXPECT_TRUE(pipe.read_all().ends_with("here\n"));
}

TEST(Log, ChildrenWriteWithTheirOwnPid) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  auto const child = ::fork();
  if (child == 0) {
    log.info("hello");
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_NE(pipe.read_all().find("[" + std::to_string(child) + "] [INFO] hello\n"), std::string::npos);
}

TEST(Log, LinesThatNobodyReadsAreDroppedAndCounted) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  std::atomic<std::uint64_t> dropped = 0;
  log.count_drops_in(dropped);
  std::string const line(1000, 'x');
  for (int i = 0; i < 200; ++i) log.error("{}", line);
  EXPECT_GT(dropped, 100u);
  EXPECT_LT(dropped, 200u);
  EXPECT_EQ(log.dropped_lines(), dropped);
}

}  // namespace
}  // namespace logging
