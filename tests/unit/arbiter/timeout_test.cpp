// Workers that do not move.
#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

// The first worker hangs in `how`; its successors serve.
Server::Preparation hang(void (*how)(WorkerStart const&)) {
  return [how](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.timeout = 100ms;
    options.abort_grace = 50ms;
    collaborators.worker_main = [how, &log](WorkerStart const& start) {
      if (start.age > 1) {
        start.slot.beat(base::now() + 1h);
        return serve(start, log);
      }
      how(start);
      return 0;
    };
  };
}

TEST(Timeout, StuckRequestIsNamedAndItsWorkerAborted) {
  Server server(hang([](WorkerStart const& start) {
    start.announce(metrics::WorkerState::ready);
    start.slot.begin_request(base::now(), "GET /slow?x=\"1\" HTTP/1.1");
    for (;;) ::pause();
  }));
  auto const line = server.await("WORKER TIMEOUT (pid:");
  EXPECT_NE(line.find("[CRITICAL]"), std::string::npos);
  EXPECT_NE(line.find("\"GET /slow?x=\\\"1\\\" HTTP/1.1\" for 0.1 s"), std::string::npos) << line;
  server.await_anywhere("was sent SIGABRT!");
  server.await_anywhere("Ready (pid:");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Timeout, WorkerThatSurvivesItsAbortIsKilled) {
  Server server(hang([](WorkerStart const& start) {
    ::signal(SIGABRT, SIG_IGN);
    start.announce(metrics::WorkerState::ready);
    for (;;) ::pause();
  }));
  EXPECT_NE(server.await("WORKER TIMEOUT (pid:").find("silence for 0.1 s"), std::string::npos);
  server.await_anywhere("was sent SIGKILL!");
  server.await_anywhere("Ready (pid:");
  EXPECT_FALSE(server.has_line("Perhaps out of memory?"));
}

TEST(Timeout, StartOfTheApplicationIsWatchedToo) {
  Server server(hang([](WorkerStart const&) {
    for (;;) ::pause();
  }));
  EXPECT_NE(server.await("WORKER TIMEOUT (pid:").find("starting for 0.1 s"), std::string::npos);
  server.await("Ready (pid:");
}

// How often the process gave the processor up by itself, which is once per wait.
std::string waits_of(pid_t pid) {
  auto const status = base::sys::read_file(std::format("/proc/{}/status", pid)).value();
  auto const at = status.find("\nvoluntary_ctxt_switches");
  return status.substr(at + 1, status.find('\n', at + 1) - at - 1);
}

TEST(Timeout, ArbiterSleepsWhileNothingIsDue) {
  Server server;
  server.await("Ready (pid:");
  server.signal(SIGUSR1);
  server.await("got SIGUSR1");
  ::usleep(50'000);  // it has gone to sleep again by then
  auto const before = waits_of(server.pid());
  ::usleep(300'000);
  EXPECT_EQ(waits_of(server.pid()), before);
}

TEST(Timeout, ZeroTurnsItOff) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.timeout = 0s;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      start.slot.begin_request(base::now() - 10h, "GET / HTTP/1.1");
      return serve(start, log);
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_FALSE(server.has_line("TIMEOUT"));
}

}  // namespace
}  // namespace arbiter
