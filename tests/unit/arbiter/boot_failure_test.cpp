// What comes of workers that die before or soon after they serve.
#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

class EndsWith : public testing::TestWithParam<int> {};

// Gunicorn's own exit status is a matter of luck here when there are several workers.
TEST_P(EndsWith, TheStatusOfTheWorkersThatCannotBoot) {
  int const status = GetParam();
  Server server([&](Options& options, Collaborators& collaborators, logging::Log&) {
    options.workers = 4;
    collaborators.worker_main = [&](WorkerStart const& start) {
      start.announce_boot_failure(status);
      return status;
    };
  });
  auto const reason = status == kBootError ? "Worker failed to boot." : "App failed to load.";
  server.await(std::format("exited with code {}.", status));
  server.await(reason);
  server.await("Shutting down: Master");
  server.await(std::format("[ERROR] Reason: {}", reason));
  EXPECT_EQ(server.await_exit(), status);
}

INSTANTIATE_TEST_SUITE_P(BootFailure, EndsWith, testing::Values(kBootError, kAppLoadError));

TEST(BootFailure, CountsEvenWhenTheWorkerCrashesOnItsWayOut) {
  Server server([](Options&, Collaborators& collaborators, logging::Log&) {
    collaborators.worker_main = [](WorkerStart const& start) {
      start.announce_boot_failure(kAppLoadError);
      ::raise(SIGUSR1);
      return 0;
    };
  });
  EXPECT_EQ(server.await_exit(), kAppLoadError);
}

TEST(BootFailure, OneOfSeveralEndsTheServerThatNeverWasComplete) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 3;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age == 2 ? kBootError : serve(start, log);
    };
  });
  EXPECT_EQ(server.await_exit(), kBootError);
}

TEST(BootFailure, StatusThreeOfAWorkerThatServedIsAnOrdinaryCrash) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age > 1) return serve(start, log);
      start.announce(metrics::WorkerState::ready);
      return kBootError;
    };
  });
  server.await("[ERROR] Worker (pid:");
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(BootFailure, LaterOnTheOthersServeOn) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 2;
    options.backoff.first = 1ms;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age == 3 ? kBootError : serve(start, log);
    };
  });
  auto const victim = server.await_pid("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGUSR1);  // answered after the arbiter has heard both
  server.await("Handling signal: usr1");
  ::kill(victim, SIGKILL);
  server.await("Worker failed to boot.");
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(BootFailure, CrashLoopSlowsDown) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log&) {
    options.backoff.first = 1ms;
    options.backoff.longest = 2ms;
    collaborators.worker_main = [](WorkerStart const&) { return 1; };
  });
  server.await("Workers keep dying young");
  server.await("the next one starts in");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

}  // namespace
}  // namespace arbiter
