// HUP: new workers first, and only when all of them serve do the old ones go.
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"
#include "config/settings.h"

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
  EXPECT_FALSE(server.has_line("Booting worker with pid: 5"));
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
  EXPECT_NE(
      server.await("Reload failed").find("exited with code 3 before it was ready; the 2 workers from before serve on"),
      std::string::npos);
  EXPECT_FALSE(server.has_line("got SIGTERM"));
  server.signal(SIGHUP);  // the next one works
  server.await("Reload complete: 2 new workers serve");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Reload, WorkersAfterAFailedOneGetTheSettingsFromBefore) {
  auto const settings_with = [](int backlog) {
    auto settings = std::make_shared<config::Settings>();
    settings->backlog = backlog;
    return settings;
  };
  Server server([&](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.settings = settings_with(1);
    collaborators.reload = [options, settings_with]() mutable -> base::Result<Options> {
      options.settings = settings_with(2);
      return options;
    };
    collaborators.worker_main = [&log](WorkerStart const& start) {
      log.info("backlog is {}", start.settings->backlog);
      return start.age == 2 ? kAppLoadError : serve(start, log);
    };
  });
  server.await("backlog is 1");
  auto const worker = server.await_pid("Ready (pid:");
  server.signal(SIGHUP);
  server.await("backlog is 2");
  server.await("Reload failed");
  ::kill(worker, SIGKILL);
  server.await("backlog is 1");
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
