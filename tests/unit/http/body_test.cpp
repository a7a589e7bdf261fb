#include "http/body.h"

#include <gtest/gtest.h>

#include <set>

namespace http {
namespace {

constexpr std::size_t kInMemory = 1 << 20;

struct BodyTest : testing::Test {
  Account account;
  Spool spool;
  Body body{kInMemory, account, spool};
};

// Each growth copies what is there already.
TEST_F(BodyTest, GrowsByFewStepsHoweverSmallThePiecesAre) {
  std::set<std::size_t> sizes;
  std::string whole;
  while (whole.size() < kInMemory) {
    auto const piece = std::to_string(whole.size()) + " ";
    whole += piece;
    ASSERT_TRUE(body.append(piece));
    sizes.insert(account.used());
  }
  EXPECT_LE(sizes.size(), 8u);
  EXPECT_LE(*sizes.rbegin(), kInMemory);
  EXPECT_EQ(body.finish().value(), whole);
}

// What is announced need not come.
TEST_F(BodyTest, TakesNoMoreThanAStepForWhatIsAnnounced) {
  ASSERT_TRUE(body.room(kInMemory));
  EXPECT_LE(account.used(), kInMemory / 8);
}

TEST_F(BodyTest, OfKnownSizeTakesAsMuchAsItNeeds) {
  ASSERT_TRUE(body.append(std::string(40'000, 'x')));
  EXPECT_EQ(account.used(), 40'000u);
}

}  // namespace
}  // namespace http
