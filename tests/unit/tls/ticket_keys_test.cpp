#include "tls/ticket_keys.h"

#include <gtest/gtest.h>

namespace tls {
namespace {

constexpr base::Instant kBegin{std::chrono::hours(1000)};

TEST(TicketKeys, ChangeAlikeInEveryCopy) {
  auto one = *TicketKeys::create(kBegin);
  auto other = one;
  auto const later = kBegin + 3 * TicketKeys::kPeriod + std::chrono::minutes(1);
  for (auto now = kBegin; now <= later; now += std::chrono::minutes(17)) one.advance(now);
  one.advance(later);
  EXPECT_TRUE(other.advance(later));
  EXPECT_EQ(one.keys().present, other.keys().present);
  EXPECT_EQ(one.keys().previous, other.keys().previous);
}

TEST(TicketKeys, OpenWhatTheOneBeforeHasSealed) {
  auto keys = *TicketKeys::create(kBegin);
  auto const sealing = keys.keys().present;
  EXPECT_FALSE(keys.advance(kBegin + TicketKeys::kPeriod - std::chrono::seconds(1)));
  EXPECT_TRUE(keys.advance(kBegin + TicketKeys::kPeriod));
  EXPECT_EQ(keys.keys().previous, sealing);
  EXPECT_NE(keys.keys().present, sealing);
}

TEST(TicketKeys, AreForgotten) {
  auto keys = *TicketKeys::create(kBegin);
  auto const old = keys.keys().present;
  keys.advance(kBegin + 2 * TicketKeys::kPeriod);
  EXPECT_NE(keys.keys().present, old);
  EXPECT_NE(keys.keys().previous, old);
}

TEST(TicketKeys, OfTwoServersAreNotTheSame) {
  EXPECT_NE(TicketKeys::create(kBegin)->keys().present, TicketKeys::create(kBegin)->keys().present);
}

}  // namespace
}  // namespace tls
