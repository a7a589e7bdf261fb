#include "metrics/doorbell.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"

namespace metrics {
namespace {

bool is_ringing(Doorbell const& doorbell) {
  pollfd asked{.fd = doorbell.descriptor(), .events = POLLIN, .revents = 0};
  return base::sys::poll({&asked, 1}, base::Duration::zero()).value();
}

TEST(Doorbell, RingsAcrossForkUntilAnswered) {
  auto const doorbell = Doorbell::create().value();
  EXPECT_FALSE(is_ringing(doorbell));
  auto const child = ::fork();
  if (child == 0) {
    doorbell.ring();
    doorbell.ring();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(is_ringing(doorbell));
  doorbell.answer();
  EXPECT_FALSE(is_ringing(doorbell));
}

}  // namespace
}  // namespace metrics
