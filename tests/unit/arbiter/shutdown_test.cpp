#include "arbiter/shutdown.h"

#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

TEST(Shutdown, TermEndsGracefullyWithStatusZero) {
  Server server([](Options& options, auto&, auto&) { options.workers = 2; });
  EXPECT_NE(server.await("Starting monoceros").find("[INFO] Starting monoceros 0.1.0"), std::string::npos);
  EXPECT_NE(server.await("Listening at: http://127.0.0.1:").find(std::format("({})", server.pid())), std::string::npos);
  server.await("Using worker: sync");
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  server.await("Handling signal: term");
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_TRUE(server.has_line("Worker 1 got SIGTERM"));
  EXPECT_TRUE(server.has_line("Worker 2 got SIGTERM"));
  EXPECT_TRUE(server.all_lines().ends_with("[INFO] Shutting down: Master\n"));
}

TEST(Shutdown, DelayedEndServesOnAndThenEndsGracefully) {
  Server server([](Options& options, auto&, auto&) { options.drain_delay = 300ms; });
  server.await("Ready (pid:");
  auto const asked = base::now();
  server.signal(SIGTERM);
  server.await("before the workers are stopped (drain_delay)");
  server.await("Worker 1 got SIGTERM");
  EXPECT_GE(base::now() - asked, 300ms);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, QuitDoesNotWaitForADelay) {
  Server server([](Options& options, auto&, auto&) { options.drain_delay = 1h; });
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  server.await("before the workers are stopped (drain_delay)");
  server.signal(SIGQUIT);
  server.await("Worker 1 got SIGQUIT");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, WorkersThatCannotBootMeanwhileSlowDown) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.drain_delay = 1h;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age == 1) return serve(start, log);
      start.announce_boot_failure(kBootError);
      return kBootError;
    };
  });
  auto const worker = server.await_pid("Ready (pid:");
  server.signal(SIGTERM);
  server.await("before the workers are stopped (drain_delay)");
  ::kill(worker, SIGKILL);
  server.await("Workers keep dying young");
  server.signal(SIGQUIT);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, QuitIsQuick) {
  Server server;
  server.await("Ready (pid:");
  server.signal(SIGQUIT);
  server.await("Worker 1 got SIGQUIT");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, IntAsksForAQuickEnd) {
  Server server;
  server.await("Ready (pid:");
  server.signal(SIGINT);
  server.await("Handling signal: int");
  server.await("Worker 1 got SIGQUIT");
  EXPECT_EQ(server.await_exit(), 0);
}

// Goes on for ever after TERM, and ends on QUIT if `quits`.
void use_stubborn_workers(Collaborators& collaborators, logging::Log& log, bool quits) {
  collaborators.worker_main = [&log, quits](WorkerStart const& start) {
    auto signals = net::SignalSource::create({SIGTERM, SIGQUIT}).value();
    start.announce(metrics::WorkerState::ready);
    log.info("Ready (pid:{})", ::getpid());
    for (;;) {
      pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
      ::poll(&asked, 1, -1);
      auto const signal = signals.next();
      log.info("Stubborn worker heard signal {}", signal.value_or(0));
      if (signal == SIGQUIT && quits) return 0;
    }
  };
}

TEST(Shutdown, WorkersThatDoNotFinishInTimeAreKilled) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.graceful_timeout = 100ms;
    use_stubborn_workers(collaborators, log, false);
  });
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  server.await("has not finished in time");
  server.await("was sent SIGKILL!");
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("Perhaps out of memory?"));
}

TEST(Shutdown, IntDuringAGracefulEndHastensIt) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    use_stubborn_workers(collaborators, log, true);
  });
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  server.await("Stubborn worker heard signal 15");
  server.signal(SIGTERM);  // says nothing new
  server.await("Handling signal: term");
  server.signal(SIGINT);
  server.await("Quick shutdown requested");
  server.await("Stubborn worker heard signal 3");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, ThirdRequestKillsAtOnce) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    use_stubborn_workers(collaborators, log, false);
  });
  server.await("Ready (pid:");
  server.signal(SIGQUIT);
  server.await("Stubborn worker heard signal 3");
  server.signal(SIGQUIT);
  server.await("Immediate shutdown requested");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Shutdown, WorkerThatStillBootsIsNotWaitedFor) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const&) {
      log.info("Loading");
      for (;;) ::pause();
      return 0;
    };
  });
  server.await("Loading");
  server.signal(SIGTERM);
  server.await("was sent SIGTERM!");
  EXPECT_EQ(server.await_exit(), 0);
}

// Heroku sends TERM to every process of a dyno, in any order.
TEST(Shutdown, TermToAllProcessesStartsNoNewWorkers) {
  Server server([](Options& options, auto&, auto&) { options.workers = 3; });
  std::vector<pid_t> workers;
  for (int i = 0; i < 3; ++i) workers.push_back(server.await_pid("Ready (pid:"));
  for (pid_t const worker : workers) ::kill(worker, SIGTERM);
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("Worker 4"));
  EXPECT_EQ(server.all_lines().find("Booting worker", server.all_lines().find("got SIGTERM")), std::string::npos);
}

TEST(Shutdown, WorkersEndWithAnArbiterThatWasKilled) {
  Server server;
  server.await("Ready (pid:");
  server.signal(SIGKILL);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), -SIGKILL);
}

}  // namespace
}  // namespace arbiter
