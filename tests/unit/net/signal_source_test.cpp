#include "net/signal_source.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace net {
namespace {

bool wait_readable(int descriptor) {
  pollfd asked{.fd = descriptor, .events = POLLIN, .revents = 0};
  // A handler interrupts the wait before the pipe is seen readable.
  while (asked.revents == 0) {
    if (::poll(&asked, 1, 10'000) == 0) return false;
  }
  return true;
}

int wait_status(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(SignalSource, HandsOutSignalsInTheOrderTheyCame) {
  auto source = SignalSource::create({SIGUSR1, SIGTERM}).value();
  EXPECT_EQ(source.next(), std::nullopt);
  ::raise(SIGTERM);
  ::raise(SIGUSR1);
  ASSERT_TRUE(wait_readable(source.descriptor()));
  EXPECT_EQ(source.next(), SIGTERM);
  EXPECT_EQ(source.next(), SIGUSR1);
  EXPECT_EQ(source.next(), std::nullopt);
}

TEST(SignalSource, HearsASignalThatTheStarterBlocked) {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
  auto source = SignalSource::create({SIGUSR1}).value();
  ::raise(SIGUSR1);
  ASSERT_TRUE(wait_readable(source.descriptor()));
  EXPECT_EQ(source.next(), SIGUSR1);
}

TEST(SignalSource, GivesBackWhatSignalsDidBefore) {
  auto const before = ::signal(SIGUSR2, SIG_IGN);
  {
    auto const source = SignalSource::create({SIGUSR2}).value();
  }
  EXPECT_EQ(::signal(SIGUSR2, before), SIG_IGN);
}

TEST(SignalSource, SignalsOfAProcessThatEndsDoNothing) {
  auto const child = ::fork();
  if (child == 0) {
    SignalSource::create({SIGTERM}).value().fall_silent();
    ::raise(SIGTERM);
    ::_exit(7);
  }
  auto const status = wait_status(child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(SignalSource, ForkedChildThatGoesOnWithoutUsIsTerminatedAndTheParentHearsNothing) {
  auto source = SignalSource::create({SIGTERM}).value();
  auto const child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  ::kill(child, SIGTERM);
  auto const status = wait_status(child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_EQ(source.next(), std::nullopt);
}

TEST(SignalSource, ExecutedProgramsCanBeTerminated) {
  auto const source = SignalSource::create({SIGTERM}).value();
  auto const child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", "sleep", "60", nullptr);
    ::_exit(127);
  }
  ::kill(child, SIGTERM);
  auto const status = wait_status(child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST(SignalsBlocked, SignalsWaitForItsEnd) {
  auto source = SignalSource::create({SIGUSR1}).value();
  {
    SignalsBlocked const blocked;
    ::raise(SIGUSR1);
    EXPECT_EQ(source.next(), std::nullopt);
  }
  EXPECT_EQ(source.next(), SIGUSR1);
}

}  // namespace
}  // namespace net
