#include "arbiter/workforce.h"

#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

TEST(Workforce, KilledWorkerIsReplacedAtOnce) {
  Server server;
  auto const victim = server.await_pid("Ready (pid:");
  ::kill(victim, SIGKILL);
  EXPECT_NE(
      server.await("Perhaps out of memory?").find(std::format("[ERROR] Worker (pid:{}) was sent SIGKILL!", victim)),
      std::string::npos);
  EXPECT_NE(server.await_pid("Ready (pid:"), victim);
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Workforce, WorkerThatCrashesIsReportedWithItsRequest) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age > 1) return serve(start, log);
      start.announce(metrics::WorkerState::ready);
      start.slot.begin_request(base::now(), "GET /crash\n HTTP/1.1");
      ::raise(SIGUSR2);
      return 0;
    };
  });
  EXPECT_TRUE(server.await("was sent SIGUSR2").ends_with("was sent SIGUSR2! (in \"GET /crash\\x0a HTTP/1.1\")"));
  server.await("Ready (pid:");
}

TEST(Workforce, TtinAddsAndTtouRemovesTheOldest) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.hooks.nworkers_changed = [&log](int count, std::optional<int> old) {
      log.info("workers: {} after {}", count, old ? std::to_string(*old) : "None");
    };
  });
  server.await("workers: 1 after None");
  server.await("Ready (pid:");
  server.signal(SIGTTIN);
  server.await("workers: 2 after 1");
  server.await("Ready (pid:");
  server.signal(SIGTTOU);
  server.await("workers: 1 after 2");
  server.await("Worker 1 got SIGTERM");
  server.signal(SIGTTOU);
  server.await("workers: 1 after 1");
  server.signal(SIGTERM);
  server.await("Worker 2 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Workforce, DrainingWorkerGoesWhenItsSuccessorIsReady) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age == 2) log.info("Successor boots");
      if (start.age == 1) {
        auto signals = net::SignalSource::create({SIGTERM}).value();
        start.announce(metrics::WorkerState::ready);
        start.announce(metrics::WorkerState::draining);
        pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
        while (!signals.next()) ::poll(&asked, 1, -1);
        log.info("Predecessor got its TERM");
        return 0;
      }
      return serve(start, log);
    };
  });
  server.await("Successor boots");
  server.await_anywhere("Ready (pid:");
  server.await_anywhere("Predecessor got its TERM");
  server.signal(SIGTERM);
  server.await("Worker 2 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("ERROR"));
}

// All ask for a successor at once, as workers that started together do when they have max_requests behind them.
TEST(Workforce, OnlyAShareOfTheWorkersIsInExchangeAtTheSameTime) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 8;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age > 8) {
        log.info("Successor {} boots", start.age);
        for (;;) ::pause();  // never ready: the exchange stands still
      }
      auto signals = net::SignalSource::create({SIGTERM}).value();
      start.announce(metrics::WorkerState::ready);
      start.announce(metrics::WorkerState::draining);
      pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
      while (!signals.next()) ::poll(&asked, 1, -1);
      return 0;
    };
  });
  server.await_anywhere("Successor 9 boots");
  server.await_anywhere("Successor 10 boots");
  server.signal(SIGTTIN);  // its worker shows that the arbiter has done all else
  server.await("Successor");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("Successor 12 boots"));
}

// Logs, when it goes, whom it was told that its clients turn to.
int serve_and_name_heir(WorkerStart const& start, logging::Log& log) {
  int const status = serve(start, log);
  auto const heir = start.slot.heir.load();
  log.info("Worker {} is followed by {}", start.age,
           heir == metrics::Heir::siblings  ? "siblings"
           : heir == metrics::Heir::upgrade ? "an upgrade"
                                            : "nobody");
  return status;
}

TEST(Workforce, WorkersThatAreAllSentHomeHaveNoSiblings) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 2;
    options.is_daemon = true;
    collaborators.worker_main = [&log](WorkerStart const& start) { return serve_and_name_heir(start, log); };
  });
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGWINCH);
  server.await_anywhere("Worker 1 is followed by nobody");
  server.await_anywhere("Worker 2 is followed by nobody");
}

TEST(Workforce, WorkersThatLeaveTheWorkToASuccessorKnowIt) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.launch = {.executable = "/bin/sleep", .words = {"sleep", "60"}, .directory = "/"};
    collaborators.worker_main = [&log](WorkerStart const& start) { return serve_and_name_heir(start, log); };
  });
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("as successor");
  server.signal(SIGWINCH);
  server.await("Worker 1 is followed by an upgrade");
}

TEST(Workforce, HooksAreCalledInGunicornsOrder) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    auto const say = [&log](char const* name) { return [&log, name] { log.info("hook {}", name); }; };
    auto const agree = [say](char const* name) { return [said = say(name)] { return said(), true; }; };
    auto& hooks = collaborators.hooks;
    hooks.on_starting = agree("on_starting");
    hooks.when_ready = agree("when_ready");
    hooks.on_exit = say("on_exit");
    hooks.pre_fork = [&log](WorkerInfo const& worker) { log.info("hook pre_fork {} {}", worker.age, worker.pid); };
    hooks.child_exit = [&log](WorkerInfo const& worker) { log.info("hook child_exit {} {}", worker.age, worker.pid); };
  });
  server.await("Starting monoceros");
  server.await("hook on_starting");
  server.await("Listening at");
  server.await("hook when_ready");
  server.await("hook pre_fork 1 0");
  auto const worker = server.await_pid("Booting worker with ");
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  server.await(std::format("hook child_exit 1 {}", worker));
  server.await("Shutting down: Master");
  server.await("hook on_exit");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Workforce, OrphansOfWorkersAreReapedAndMeanNothing) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age > 1) return serve(start, log);
      if (::fork() == 0) {
        while (::getppid() == start.slot.pid || start.slot.pid == 0) ::usleep(1000);
        ::_exit(kBootError);  // of a process that is no worker
      }
      return 0;
    };
  });
  EXPECT_TRUE(server.await("Reaped unknown child process").ends_with("status:768)"));
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Workforce, Usr1ReachesWorkers) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.reopen_logs = [&log] { log.info("files reopened"); };
  });
  server.await("Ready (pid:");
  server.signal(SIGUSR1);
  server.await("files reopened");
  server.await("Worker 1 got SIGUSR1");
  server.signal(SIGWINCH);
  server.await("SIGWINCH ignored. Not daemonized");
}

}  // namespace
}  // namespace arbiter
