#include "net/service_manager.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace net {
namespace {

// Runs `check` in a child that has `socket` at descriptor 3 and the variables set for it.
int run_with_passed_socket(int socket, pid_t (*addressee)(), int (*check)()) {
  auto const child = ::fork();
  if (child == 0) {
    ::dup2(socket, 3);
    ::setenv("LISTEN_PID", std::to_string(addressee()).c_str(), 1);
    ::setenv("LISTEN_FDS", "1", 1);
    ::_exit(check());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(ServiceManager, TakesTheSocketsPassedToThisProcess) {
  auto const listener = Listener::bind(Address::parse("127.0.0.1:0").value()).value();
  auto const check = [] {
    auto const taken = take_passed_listeners(::getpid(), 16);
    bool const right = taken && taken->size() == 1 && (*taken)[0].descriptor() == 3 && !::getenv("LISTEN_FDS");
    return right ? 0 : 1;
  };
  EXPECT_EQ(run_with_passed_socket(listener.descriptor(), ::getpid, check), 0);
}

TEST(ServiceManager, LeavesTheSocketsOfAnotherProcessAlone) {
  auto const listener = Listener::bind(Address::parse("127.0.0.1:0").value()).value();
  auto const check = [] {
    auto const taken = take_passed_listeners(::getpid(), 16);
    return taken && taken->empty() ? 0 : 1;
  };
  EXPECT_EQ(run_with_passed_socket(listener.descriptor(), ::getppid, check), 0);
}

}  // namespace
}  // namespace net
