// USR2. The successor is a shell here; what it does with its inheritance is the black-box tests' business.
#include "arbiter/upgrade.h"

#include <signal.h>
#include <unistd.h>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

Launch shell(std::string const& script) {
  return {.executable = "/bin/sh",
          .words = {"sh", "-c", script},
          .environment = {"KEPT=as it was", "GUNICORN_FD=99", "PATH=/usr/bin:/bin"},
          .directory = "/usr"};
}

Server::Preparation with_successor(std::string const& script) {
  return [=](Options&, Collaborators& collaborators, logging::Log&) { collaborators.launch = shell(script); };
}

constexpr char const* kLastingSuccessor = "echo 'successor runs' >&2; exec sleep 60";

TEST(Upgrade, StartsTheProgramWithSocketsDirectoryAndEnvironmentOfTheStart) {
  Server server(
      with_successor("echo \"pid=$GUNICORN_PID fd=$GUNICORN_FD kept=$KEPT in=$(pwd)\" >&2"
                     "; readlink /proc/self/fd/$GUNICORN_FD >&2"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  auto const line = server.await("pid=");
  EXPECT_TRUE(line.starts_with(std::format("pid={} fd=", server.pid()))) << line;
  EXPECT_TRUE(line.ends_with(" kept=as it was in=/usr")) << line;
  EXPECT_FALSE(line.contains("fd=99")) << line;
  server.await("socket:[");
}

TEST(Upgrade, SuccessorThatEndsChangesNothing) {
  Server server(with_successor("exit 3"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  EXPECT_TRUE(server.await("The successor (pid:").ends_with("exited with code 3: this process goes on alone"));
  server.signal(SIGUSR2);  // and the next one may come
  server.await("The successor (pid:");
  server.signal(SIGTERM);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, ProgramThatIsGoneChangesNothing) {
  Server server([](Options&, Collaborators& collaborators, logging::Log&) {
    collaborators.launch = shell("");
    collaborators.launch.executable = "/nonexistent/monoceros";
  });
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await_anywhere("USR2: cannot start a successor: /nonexistent/monoceros: No such file or directory");
  server.await_anywhere("exited with code 127: this process goes on alone");
}

TEST(Upgrade, HookThatFailsKeepsTheSuccessorFromStarting) {
  Server server([](Options&, Collaborators& collaborators, logging::Log& log) {
    collaborators.launch = shell(kLastingSuccessor);
    collaborators.hooks.pre_exec = [&log] {
      log.info("hook pre_exec in {}", ::getpid());
      return false;
    };
  });
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("hook pre_exec in");
  server.await_anywhere("exited with code 127");
  EXPECT_FALSE(server.has_line("successor runs"));
}

TEST(Upgrade, ThereIsOneSuccessorAtATime) {
  Server server(with_successor(kLastingSuccessor));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("successor runs");
  server.signal(SIGUSR2);
  server.await("USR2 signal ignored. Child exists.");
}

TEST(Upgrade, SuccessorWhoseParentLivesStartsNone) {
  Server server([](Options& options, Collaborators& collaborators, logging::Log& log) {
    collaborators.launch = shell(kLastingSuccessor);
    collaborators.launch.inheritance.predecessor = ::getppid();
    collaborators.rename = [&log](std::string_view suffix) { log.info("renamed to name{}", suffix); };
    options.pidfile = testing::TempDir() + "upgrade.pid";
  });
  server.await("renamed to name.2");
  server.await("Ready (pid:");
  EXPECT_EQ(::access((testing::TempDir() + "upgrade.pid.2").c_str(), F_OK), 0);
  EXPECT_NE(::access((testing::TempDir() + "upgrade.pid").c_str(), F_OK), 0);
  server.signal(SIGUSR2);
  server.await("USR2 signal ignored. Parent exists.");
  server.signal(SIGTERM);
  server.await("Shutting down: Master.2");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, TermIsNotObeyedWhenTheSuccessorFailsBeforeItServes) {
  Server server(with_successor("echo \"successor is pid:$$\" >&2; exec sleep 60"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  auto const successor = server.await_pid("successor is ");
  server.signal(SIGTERM);
  server.await("Waiting for the successor (pid:");
  ::kill(successor, SIGKILL);
  server.await("The upgrade has failed: SIGTERM is not obeyed");
  server.signal(SIGTERM);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, SecondTermDoesNotWaitForTheSuccessor) {
  Server server(with_successor("echo 'successor runs' >&2; exec sleep 1"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("successor runs");
  server.signal(SIGTERM);
  server.await("Waiting for the successor (pid:");
  EXPECT_FALSE(server.has_line("got SIGTERM"));
  server.signal(SIGTERM);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, TermIsObeyedWhenTheSuccessorServes) {
  Server server(with_successor("sleep 0.2; printf 1 >/proc/self/fd/$MONOCEROS_READY; exec sleep 1"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("as successor");
  server.signal(SIGTERM);
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, SuccessorThatWasToldToGoTakesTheServerWithIt) {
  Server server(with_successor("trap 'exit 0' TERM; echo \"successor is pid:$$\" >&2; while :; do sleep 0.05; done"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  auto const successor = server.await_pid("successor is ");
  server.signal(SIGTERM);
  server.await("Waiting for the successor (pid:");
  ::kill(successor, SIGTERM);  // as a service manager does that ends all there are
  server.await("Worker 1 got SIGTERM");
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Upgrade, WinchSendsTheWorkersHomeWhileThereIsASuccessorAndHupBringsThemBack) {
  Server server(with_successor(kLastingSuccessor));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  server.await("successor runs");
  server.signal(SIGWINCH);
  server.await("graceful stop of workers");
  server.await("Worker 1 got SIGTERM");
  server.signal(SIGHUP);
  server.await_anywhere("Reload complete: 1 new workers serve");
}

TEST(Upgrade, WorkersSentHomeComeBackWhenTheSuccessorDies) {
  Server server(with_successor("echo \"successor is pid:$$\" >&2; exec sleep 60"));
  server.await("Ready (pid:");
  server.signal(SIGUSR2);
  auto const successor = server.await_pid("successor is ");
  server.signal(SIGWINCH);
  server.await("Worker 1 got SIGTERM");
  ::kill(successor, SIGKILL);
  server.await("was sent SIGKILL: this process goes on alone");
  server.await("Nobody serves any more: starting workers again");
  server.await("Ready (pid:");
}

}  // namespace
}  // namespace arbiter
