#include "arbiter/binding.h"

#include <signal.h>
#include <unistd.h>

#include <system_error>

#include "arbiter/server_under_test.h"

namespace arbiter {
namespace {

TEST(Binding, PortInUseIsTriedFiveTimesAndThenExplained) {
  auto const other = net::Listener::bind(net::Address::parse("127.0.0.1:0").value()).value();
  auto const port = other.local().port();
  Server server([&](Options& options, auto&, auto&) {
    options.bind = {net::Address::parse(other.local().to_string()).value()};
    options.bind_pause = 1ms;
  });
  auto const in_use = std::generic_category().message(EADDRINUSE);  // glibc and musl say it in other words
  for (int i = 0; i < 5; ++i) {
    server.await(std::format("[ERROR] Connection in use: ('127.0.0.1', {})", port));
    server.await(std::format("connection to ('127.0.0.1', {}) failed: [Errno 98] {}", port, in_use));
  }
  server.await(std::format("Can't connect to ('127.0.0.1', {})", port));
  server.await(std::format(
      "bind: cannot listen on 127.0.0.1:{}: bind: {} (stop what listens there, or choose another bind)", port, in_use));
  EXPECT_EQ(server.await_exit(), 1);
}

TEST(Binding, TermEndsTheWaitForThePort) {
  auto const other = net::Listener::bind(net::Address::parse("127.0.0.1:0").value()).value();
  Server server([&](Options& options, auto&, auto&) {
    options.bind = {net::Address::parse(other.local().to_string()).value()};
    options.bind_pause = 1h;
  });
  server.await("Retrying in 3600 second.");
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

TEST(Binding, WhatCannotGetBetterIsNotTriedAgain) {
  Server server([](Options& options, auto&, auto&) {
    options.bind = {net::Address::parse("unix:/nonexistent/app.sock").value()};
    options.bind_pause = 1h;
  });
  server.await(
      "bind: cannot listen on unix:/nonexistent/app.sock: bind: No such file or directory (its directory must "
      "exist)");
  EXPECT_EQ(server.await_exit(), 1);
}

TEST(Binding, FailureLeavesNoSocketOfTheOtherAddressesBehind) {
  auto const path = testing::TempDir() + "other-address.sock";
  Server server([&](Options& options, auto&, auto&) {
    options.bind = {net::Address::parse("unix:" + path).value(),
                    net::Address::parse("unix:/nonexistent/app.sock").value()};
  });
  EXPECT_EQ(server.await_exit(), 1);
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST(Binding, ReusePortGivesEveryWorkerASocketOfItsOwn) {
  std::string address;
  {
    auto const probe = net::Listener::bind(net::Address::parse("127.0.0.1:0").value()).value();
    address = probe.local().to_string();
  }
  Server server([&](Options& options, Collaborators& collaborators, logging::Log& log) {
    options.bind = {net::Address::parse(address).value()};
    options.reuse_port = true;
    options.workers = 2;
    collaborators.worker_main = [&log](WorkerStart const& start) {
      log.info("worker serves {}", start.listeners[0]->url());
      return serve(start, log);
    };
  });
  server.await("Listening at: http://" + address);
  server.await("worker serves http://" + address);
  server.await("worker serves http://" + address);
  server.signal(SIGTERM);
  EXPECT_EQ(server.await_exit(), 0);
}

}  // namespace
}  // namespace arbiter
