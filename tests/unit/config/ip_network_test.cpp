#include "config/ip_network.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(IpNetwork, TakesAddressesAndNetworks) {
  for (auto const* good : {"127.0.0.1", "::1", "10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "fd00::/8", "fe80::1%eth0",
                           "192.168.0.0/255.255.0.0", "::/0"}) {
    EXPECT_TRUE(check_ip_network(good)) << good;
  }
}

TEST(IpNetwork, RefusesBitsBehindThePrefix) {
  auto const outcome = check_ip_network("192.168.1.1/24");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message(), "192.168.1.1/24 has host bits set");
  EXPECT_FALSE(check_ip_network("fd00::1/8"));
}

TEST(IpNetwork, RefusesWhatIsNoNetwork) {
  for (auto const* bad : {"", "localhost", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/24/8",
                          "10.0.0.0/255.0.255.0", "1.2.3.256"}) {
    EXPECT_FALSE(check_ip_network(bad)) << bad;
  }
}

}  // namespace
}  // namespace config
