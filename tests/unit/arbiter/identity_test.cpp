#include "arbiter/identity.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace arbiter {
namespace {

constexpr uid_t kNameless = 4'000'000'000;

TEST(Identity, IsNoneWhereNothingChanges) {
  EXPECT_EQ(identity_of(::geteuid(), ::getegid(), false).value(), std::nullopt);
}

TEST(Identity, AnotherUserKeepsNoGroupOfTheStarter) {
  auto const identity = identity_of(kNameless, 7, false).value();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->groups, std::vector<gid_t>{7});
}

TEST(Identity, AnotherGroupAloneLeavesTheSupplementaryOnes) {
  auto const identity = identity_of(::geteuid(), ::getegid() + 1, false).value();
  ASSERT_TRUE(identity);
  EXPECT_FALSE(identity->groups);
}

TEST(Identity, AllGroupsOfAUserIncludeTheGiven) {
  auto const identity = identity_of(0, 4321, true).value();
  ASSERT_TRUE(identity);
  EXPECT_TRUE(std::ranges::contains(*identity->groups, 4321u));
}

TEST(Identity, GroupsOfAUserWithoutANameAreUnknown) {
  auto const refused = identity_of(kNameless, 7, true);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("initgroups: user 4000000000 has no name in the user database"));
}

TEST(Identity, WithoutRightsItIsRefusedWithAWayOut) {
  if (::fork() == 0) {
    if (::geteuid() == 0 && ::setresuid(12345, 12345, 12345) != 0) ::_exit(2);
    auto const refused = Identity{.user = 0, .group = 0, .groups = {{0}}}.assume();
    bool const is_explained = !refused && refused.error().message().contains("start the server as root");
    ::_exit(is_explained ? 0 : 1);
  }
  int status = -1;
  ::wait(&status);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace arbiter
