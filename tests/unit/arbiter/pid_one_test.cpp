// The arbiter as PID 1 of a PID namespace of its own.
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

// Children of the calling process from now on are in a new namespace, the first of them its PID 1.
bool enter_new_pid_namespace() {
  return ::unshare(CLONE_NEWPID) == 0;
}

class PidOne : public testing::Test {
 protected:
  void SetUp() override {
    auto const child = ::fork();
    if (child == 0) ::_exit(enter_new_pid_namespace() ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) GTEST_SKIP() << "no right to make a PID namespace";
  }

  // What was unshared cannot be undone.
  static void in_a_process_of_its_own(std::function<bool()> const& check) {
    EXPECT_EXIT(
        {
          bool const passed = enter_new_pid_namespace() && check() && !HasFailure();
          ::_exit(passed ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
  }
};

TEST_F(PidOne, ReapsOrphansAndEndsThemAtTheEnd) {
  in_a_process_of_its_own([] {
    Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
      collaborators.worker_main = [&log](WorkerStart const& start) {
        if (::fork() == 0) {
          if (::fork() == 0) {
            // An orphan, PID 1's own child soon, that outlives its worker.
            auto signals = net::SignalSource::create({SIGTERM}).value();
            while (::getppid() != 1) ::usleep(1000);
            log.info("orphan waits");
            pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
            while (!signals.next()) ::poll(&asked, 1, -1);
            log.info("orphan got TERM");
          }
          ::_exit(0);
        }
        return serve(start, log);
      };
    });
    server.await("Starting monoceros");
    bool const is_pid_one = server.all_lines().contains("] [1] [INFO] Starting monoceros");
    server.await_anywhere("orphan waits");
    server.await_anywhere("Ready (pid:");
    server.signal(SIGTERM);
    server.await("Worker exiting");
    server.await("orphan got TERM");
    server.await("Shutting down: Master");
    return server.await_exit() == 0 && is_pid_one;
  });
}

TEST_F(PidOne, LeftoversThatIgnoreTermAreKilledInTime) {
  in_a_process_of_its_own([] {
    Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
      options.quick_timeout = 50ms;
      collaborators.worker_main = [&log](WorkerStart const& start) {
        if (::fork() == 0) {
          ::signal(SIGTERM, SIG_IGN);
          log.info("deaf process waits");
          for (;;) ::pause();
        }
        return serve(start, log);
      };
    });
    server.await_anywhere("deaf process waits");
    server.await_anywhere("Ready (pid:");
    server.signal(SIGTERM);
    return server.await_exit() == 0;
  });
}

TEST_F(PidOne, AnswersEverySignalAlthoughTheKernelWouldNot) {
  in_a_process_of_its_own([] {
    Server server;
    server.await("Ready (pid:");
    server.signal(SIGINT);
    server.await("Handling signal: int");
    return server.await_exit() == 0;
  });
}

}  // namespace
}  // namespace arbiter
