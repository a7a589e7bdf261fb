#include "net/service_notifier.h"

#include <gtest/gtest.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/fd.h"

namespace net {
namespace {

// A service manager's socket; `name` may begin with '@'.
class Manager {
 public:
  explicit Manager(std::string const& name) {
    if (name[0] != '@') ::unlink(name.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }

  std::string heard() {
    char buffer[256];
    auto const count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    return count < 0 ? "nothing" : std::string(buffer, static_cast<std::size_t>(count));
  }

 private:
  base::Fd socket_;
};

TEST(ServiceNotifier, ReachesASocketByItsPath) {
  Manager manager(testing::TempDir() + "notify.sock");
  EXPECT_TRUE(ServiceNotifier::from_environment(1).send("READY=1"));
  EXPECT_EQ(manager.heard(), "READY=1");
}

TEST(ServiceNotifier, ReachesASocketByItsAbstractName) {
  Manager manager("@monoceros-test-" + std::to_string(::getpid()));
  EXPECT_TRUE(ServiceNotifier::from_environment(1).send("STOPPING=1"));
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(ServiceNotifier, SaysNothingWithoutOrWithAStrangeSocket) {
  EXPECT_FALSE(ServiceNotifier::from_environment(1).send("READY=1"));
  for (auto const* strange : {"", "@", "vsock:2:1", "relative"}) {
    ::setenv("NOTIFY_SOCKET", strange, 1);
    EXPECT_FALSE(ServiceNotifier::from_environment(1).is_heard()) << strange;
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(ServiceNotifier, ManagerThatIsGoneIsNoError) {
  auto const path = testing::TempDir() + "gone.sock";
  {
    Manager manager(path);
  }
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ::unlink(path.c_str());
  EXPECT_FALSE(ServiceNotifier::from_environment(1).send("READY=1"));
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(ServiceNotifier, WatchdogOfThisProcessIsFedAtHalfItsTime) {
  Manager manager(testing::TempDir() + "notify.sock");
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  EXPECT_EQ(ServiceNotifier::from_environment(7).watchdog_interval(), std::chrono::milliseconds(1500));
  ::setenv("WATCHDOG_PID", "7", 1);
  EXPECT_TRUE(ServiceNotifier::from_environment(7).watchdog_interval());
  EXPECT_FALSE(ServiceNotifier::from_environment(8).watchdog_interval());
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("WATCHDOG_PID");
}

}  // namespace
}  // namespace net
