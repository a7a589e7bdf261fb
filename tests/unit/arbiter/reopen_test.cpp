// USR1 after log rotation.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

TEST(Reopen, ArbiterWritesToTheNewFile) {
  auto const path = testing::TempDir() + "reopen.log";
  ::unlink(path.c_str());
  Server server([&](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [](WorkerStart const& start) {
      auto quiet = logging::Log::open({}).value();
      return serve(start, quiet);
    };
    // The other lines of the arbiter go to the file; these tell the test when.
    auto const say = [](std::string const& line) { (void)base::sys::write_all(STDERR_FILENO, line + "\n"); };
    collaborators.reopen_logs = [say] { say("reopened"); };
    log.reconfigure({.error_path = path}).value();
  });
  server.await("Ready (pid:");
  base::sys::rename(path, path + ".1").value();
  server.signal(SIGUSR1);
  server.await("reopened");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
  EXPECT_TRUE(base::sys::read_file(path + ".1").value().contains("Handling signal: usr1"));
  EXPECT_TRUE(base::sys::read_file(path).value().contains("Shutting down: Master"));
}

TEST(Reopen, WorkerThatBootsHearsOfItWhenItIsReady) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.worker_main = [&log](WorkerStart const& start) {
      log.info("Loading");
      // Until the arbiter has looked at its USR1, which is when the file is there.
      auto const path = testing::TempDir() + "usr1-was-handled";
      while (::access(path.c_str(), F_OK) != 0) ::usleep(1000);
      return serve(start, log);
    };
    collaborators.reopen_logs = [] {
      (void)base::sys::open(testing::TempDir() + "usr1-was-handled", O_CREAT | O_WRONLY, 0600);
    };
  });
  auto const path = testing::TempDir() + "usr1-was-handled";
  ::unlink(path.c_str());
  server.await("Loading");
  server.signal(SIGUSR1);
  server.await("Worker 1 got SIGUSR1");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace arbiter
