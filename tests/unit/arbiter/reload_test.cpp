// HUP: new workers first, and only when all of them serve do the old ones go.
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "arbiter/server_under_test.h"
#include "net/socket_address.h"

namespace arbiter {
namespace {

TEST(Reload, SuccessorsAreReadyBeforePredecessorsGo) {
  Server server([](Options& options, auto&, auto&) { options.workers = 2; });
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Handling signal: hup");
  server.await("Hang up: Master");
  server.await("Reload complete: 2 new workers serve");
  server.await("got SIGTERM");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_TRUE(server.has_line("Worker 3 got SIGTERM"));
  EXPECT_EQ(server.count_lines("Booting worker with pid:"), 4);
}

// Serves, and after its TERM takes so long to finish.
int finish_slowly(WorkerStart const& start, logging::Log& log, base::Duration duration) {
  auto signals = net::SignalSource::create({SIGTERM}).value();
  start.announce(metrics::WorkerState::ready);
  log.info("Ready (pid:{})", ::getpid());
  pollfd asked{.fd = signals.descriptor(), .events = POLLIN, .revents = 0};
  while (!signals.next()) ::poll(&asked, 1, -1);
  log.info("Worker {} was told to go", start.age);
  (void)base::sys::poll({}, duration);
  log.info("Worker {} goes", start.age);
  return 0;
}

TEST(Reload, PredecessorsGoOneAfterTheOther) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 3;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age <= 3 ? finish_slowly(start, log, 100ms) : serve(start, log);
    };
  });
  for (int count = 0; count < 3; ++count) server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Reload complete: 3 new workers serve");
  for (int const age : {1, 2, 3}) {
    server.await(std::format("Worker {} was told to go", age));
    server.await(std::format("Worker {} goes", age));
  }
}

TEST(Reload, PredecessorThatTakesItsTimeHoldsUpNobody) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 2;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age == 1 ? finish_slowly(start, log, 10min) : serve(start, log);
    };
  });
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Reload complete: 2 new workers serve");
  server.await("Worker 1 was told to go");
  server.await("Worker 2 got SIGTERM");
  EXPECT_FALSE(server.has_line("Worker 1 goes"));
}

TEST(Reload, ReplacedWorkersAreToldThatOthersServeAndTheLastOnesAreNot) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      auto const status = serve(start, log);
      log.info("Worker {} {}", start.age, start.slot.heir == metrics::Heir::siblings ? "is replaced" : "is the last");
      return status;
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Worker 1 is replaced");
  server.signal(SIGTERM);
  server.await("Worker 2 is the last");
}

TEST(Reload, TakesTheNewNumberOfWorkersAndTheNewAddress) {
  auto const path = testing::TempDir() + "reload.sock";
  Server server([&](Options&, Collaborators& collaborators, logging::Log&) {
    collaborators.reload = [path]() -> base::Result<Options> {
      return Options{.workers = 2, .bind = {net::Address::parse("unix:" + path).value()}};
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Reload complete: 2 new workers serve");
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

// Whether somebody listens on 127.0.0.1:`port`.
bool is_reachable(std::uint16_t port) {
  auto const address = net::SocketAddress::resolve("127.0.0.1", port).value();
  auto const client = base::sys::socket(address.family(), SOCK_STREAM).value();
  return ::connect(client.get(), address.raw(), address.size()) == 0;
}

TEST(Reload, OldAddressEndsWithTheOldWorkers) {
  auto const path = testing::TempDir() + "moved.sock";
  Server server([&](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.reload = [path]() -> base::Result<Options> {
      return Options{.bind = {net::Address::parse("unix:" + path).value()}};
    };
    collaborators.hooks.child_exit = [&log](WorkerInfo const& worker) { log.info("Worker {} is gone", worker.age); };
  });
  auto const line = server.await("Listening at: http://127.0.0.1:");
  auto const port = static_cast<std::uint16_t>(::atoi(line.c_str() + line.find("127.0.0.1:") + 10));
  server.await("Ready (pid:");
  EXPECT_TRUE(is_reachable(port));
  server.signal(SIGHUP);
  server.await("Worker 1 is gone");
  EXPECT_FALSE(is_reachable(port));
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST(Reload, SuccessorThatCannotBootLeavesThePredecessorsInPlace) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 2;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age == 3 || start.age == 4) return kBootError;
      return serve(start, log);
    };
  });
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGUSR1);
  server.await("Handling signal: usr1");
  server.signal(SIGHUP);
  EXPECT_NE(server.await("Reload failed")
                .find("exited with code 3 before it was ready; the workers from before serve on (2)"),
            std::string::npos);
  EXPECT_FALSE(server.has_line("got SIGTERM"));
  server.signal(SIGHUP);  // the next one works
  server.await("Reload complete: 2 new workers serve");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

// Stopped, the arbiter sees both deaths at once: the second is of a generation that the first has ended.
TEST(Reload, SuccessorsThatFailTogetherAreOneFailure) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.workers = 2;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age <= 2) return serve(start, log);
      log.info("Worker {} is about to fail", start.age);
      (void)base::sys::poll({}, 200ms);
      return kBootError;
    };
  });
  server.await("Ready (pid:");
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await_anywhere("Worker 3 is about to fail");
  server.await_anywhere("Worker 4 is about to fail");
  server.signal(SIGSTOP);
  (void)base::sys::poll({}, 400ms);
  server.signal(SIGCONT);
  server.await("Reload failed");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("Worker failed to boot."));
}

TEST(Reload, FailedOnePutsTheOptionsFromBeforeInForceAgain) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.origin = std::make_shared<std::string>("old");
    collaborators.reload = [options]() mutable -> base::Result<Options> {
      options.origin = std::make_shared<std::string>("new");
      return options;
    };
    collaborators.in_force = [&log](Options const& now) {
      log.info("in force: {}", *static_cast<std::string const*>(now.origin.get()));
    };
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age == 2 ? kAppLoadError : serve(start, log);
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("in force: new");
  server.await("Reload failed");
  server.await("in force: old");
}

TEST(Reload, FailedOneTakesThePidfileBack) {
  auto const path = testing::TempDir() + "reload.pid";
  Server server([&](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.pidfile = path;
    collaborators.reload = [options, path]() mutable -> base::Result<Options> {
      options.pidfile = path + ".new";
      return options;
    };
    collaborators.worker_main = [&log](WorkerStart const& start) {
      return start.age == 2 ? kBootError : serve(start, log);
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Reload failed");
  server.signal(SIGUSR1);  // answered after all that
  server.await("Handling signal: usr1");
  EXPECT_EQ(base::sys::read_file(path).value_or("no file"), std::format("{}\n", server.pid()));
  EXPECT_NE(::access((path + ".new").c_str(), F_OK), 0);
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST(Reload, PidfileThatWasDeletedIsThereAgain) {
  auto const path = testing::TempDir() + "deleted.pid";
  Server server([&](Options& options, auto&, auto&) { options.pidfile = path; });
  server.await("Ready (pid:");
  ASSERT_EQ(::unlink(path.c_str()), 0);
  server.signal(SIGHUP);
  server.await("Reload complete");
  EXPECT_EQ(base::sys::read_file(path).value_or("no file"), std::format("{}\n", server.pid()));
}

TEST(Reload, BadConfigurationChangesNothing) {
  Server server([](Options&, Collaborators& collaborators, logging::Log&) {
    collaborators.reload = []() -> base::Result<Options> { return base::failure("workers: 'many' is not a number"); };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Reload failed, nothing was changed: workers: 'many' is not a number");
  server.signal(SIGTERM);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Reload, LaterOneOvertakesOneUnderWay) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      if (start.age != 2) return serve(start, log);
      log.info("Loads for ever");
      for (;;) ::pause();
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGHUP);
  server.await("Loads for ever");
  server.signal(SIGHUP);
  server.await("Reload complete: 1 new workers serve");
  server.await("Worker 1 got SIGTERM");
  server.signal(SIGTERM);
  server.await("Worker 3 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

}  // namespace
}  // namespace arbiter
