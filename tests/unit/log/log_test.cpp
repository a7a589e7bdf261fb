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

TEST(Log, SplitStreamsByLevel) {
  CapturedPipe output(STDOUT_FILENO), error(STDERR_FILENO);
  auto log = Log::open({.splits_streams = true}).value();
  log.info("all is well");
  log.warning("beware");
  EXPECT_TRUE(output.read_all().ends_with("[INFO] all is well\n"));
  EXPECT_TRUE(error.read_all().ends_with("[WARNING] beware\n"));
}

TEST(Log, JsonLinesHaveTimeLevelProcessAndMessage) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({.format = Format::json}).value();
  log.warning("a \"quote\"\nand a line");
  std::regex const line(R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","log":"error","level":"warning","pid":)" +
                        std::to_string(::getpid()) + R"(,"message":"a \\"quote\\"\\nand a line"\}\n)");
  auto const text = pipe.read_all();
  EXPECT_TRUE(std::regex_match(text, line)) << text;
}

TEST(Log, FormatCanBeChangedWhileItRuns) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({.format = Format::json}).value();
  ASSERT_TRUE(log.reconfigure({}));
  log.info("text");
  EXPECT_TRUE(pipe.read_all().ends_with("[INFO] text\n"));
}

TEST(Log, CapturesStandardStreamsIntoTheFileAndLetsThemGo) {
  CapturedPipe pipe(STDOUT_FILENO);
  auto const path = testing::TempDir() + "captured.log";
  ::unlink(path.c_str());
  auto log = Log::open({.error_path = path, .captures_output = true}).value();
  base::sys::write_all(STDOUT_FILENO, "printed\n").value();
  base::sys::rename(path, path + ".1").value();
  ASSERT_TRUE(log.reopen());
  base::sys::write_all(STDOUT_FILENO, "printed again\n").value();
  EXPECT_EQ(::fcntl(STDOUT_FILENO, F_GETFD) & FD_CLOEXEC, 0) << "programs that are executed inherit it";
  ASSERT_TRUE(log.reconfigure({}));
  base::sys::write_all(STDOUT_FILENO, "released\n").value();
  EXPECT_EQ(file_content(path + ".1"), "printed\n");
  EXPECT_EQ(file_content(path), "printed again\n");
  EXPECT_EQ(pipe.read_all(), "released\n");
}

TEST(Log, TellsOfEachLineThatIsWritten) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  std::vector<std::pair<Level, Log::Kind>> seen;
  log.tell([&](Level level, Log::Kind kind) { seen.emplace_back(level, kind); });
  log.debug("below the level");
  log.critical("grave");
  log.exception("Error handling request\n{}", "Traceback");
  EXPECT_EQ(seen, (std::vector<std::pair<Level, Log::Kind>>{{Level::critical, Log::Kind::message},
                                                            {Level::error, Log::Kind::exception}}));
}

TEST(Log, WhoGetsTheLinesDecidesWhatComesBack) {
  CapturedPipe pipe(STDERR_FILENO);
  auto log = Log::open({}).value();
  int told = 0;
  log.tell([&](Level, Log::Kind) { ++told; });
  log.divert(Level::debug, [&](Level level, std::string_view line, Log::Kind) {
    if (level == Level::debug) log.write_line_directly(level, line);
  });
  log.debug("kept");
  log.info("dropped");
  EXPECT_EQ(pipe.read_all(), "kept\n");
  EXPECT_EQ(told, 2);
  log.stop_diverting();
  log.info("direct");
  EXPECT_TRUE(pipe.read_all().ends_with("direct\n"));
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
  EXPECT_EQ(failed.error().message(), "errorlog: '/nonexistent/error.log' isn't writable [No such file or directory]");
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
