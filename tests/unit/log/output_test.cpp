#include "log/output.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "log/captured_pipe.h"

namespace logging {
namespace {

TEST(Output, DoesNotMakeTheSharedPipeNonBlocking) {
  CapturedPipe pipe(STDERR_FILENO);
  auto const output = Output::open_stream(STDERR_FILENO).value();
  EXPECT_TRUE(output->write_line("line"));
  EXPECT_EQ(::fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(pipe.read_all(), "line\n");
}

// Fills the pipe with long lines, whose last one goes in only partly, then makes room and writes again.
TEST(Output, LineAfterATornOneStartsAtTheBeginningOfALine) {
  CapturedPipe pipe(STDERR_FILENO);
  auto const output = Output::open_stream(STDERR_FILENO).value();
  std::string const torn(100'000, 'x');
  EXPECT_FALSE(output->write_line(torn));
  EXPECT_FALSE(output->write_line("no room"));
  auto const before = pipe.read_all();
  EXPECT_LT(before.size(), torn.size());
  EXPECT_TRUE(output->write_line("first"));
  EXPECT_TRUE(output->write_line("second"));
  EXPECT_EQ(pipe.read_all(), "\nfirst\nsecond\n");
}

TEST(Output, PipeWithoutAReaderDropsTheLine) {
  ::signal(SIGPIPE, SIG_IGN);
  int const saved = ::dup(STDERR_FILENO);
  std::unique_ptr<Output> output;
  {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::dup2(ends[1], STDERR_FILENO);
    output = Output::open_stream(STDERR_FILENO).value();
    ::dup2(saved, STDERR_FILENO);
    for (int descriptor : {ends[0], ends[1], saved}) ::close(descriptor);
  }
  EXPECT_FALSE(output->write_line("line"));
}

TEST(Output, SocketThatIsFullDoesNotBlock) {
  int const saved = ::dup(STDERR_FILENO);
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  ::dup2(ends[1], STDERR_FILENO);
  auto const output = Output::open_stream(STDERR_FILENO).value();
  ::dup2(saved, STDERR_FILENO);
  int dropped = 0;
  std::string const line(10'000, 'x');
  for (int i = 0; i < 200; ++i) dropped += output->write_line(line) ? 0 : 1;
  EXPECT_GT(dropped, 0);
  for (int descriptor : {ends[0], ends[1], saved}) ::close(descriptor);
}

TEST(Output, ClosedStreamSwallowsLines) {
  int const saved = ::dup(STDERR_FILENO);
  ::close(STDERR_FILENO);
  auto const output = Output::open_stream(STDERR_FILENO).value();
  EXPECT_TRUE(output->write_line("line"));
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
}

}  // namespace
}  // namespace logging
