#include "net/address_set.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace net {
namespace {

sockaddr_storage address(char const* text) {
  sockaddr_storage storage{};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
  if (::inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, text, &ipv6.sin6_addr), 1);
    storage.ss_family = AF_INET6;
  }
  return storage;
}

AddressSet set_of(std::vector<std::string> const& texts) {
  return *AddressSet::parse(texts);
}

TEST(AddressSet, ContainsSingleAddresses) {
  auto const set = set_of({"127.0.0.1", "::1"});
  EXPECT_TRUE(set.contains(address("127.0.0.1")));
  EXPECT_TRUE(set.contains(address("::1")));
  EXPECT_FALSE(set.contains(address("127.0.0.2")));
  EXPECT_FALSE(set.contains(address("::2")));
}

TEST(AddressSet, ContainsNetworksUpToTheLastBit) {
  auto const set = set_of({"10.20.0.0/14", "fe80::/10"});
  EXPECT_TRUE(set.contains(address("10.23.255.255")));
  EXPECT_FALSE(set.contains(address("10.24.0.0")));
  EXPECT_TRUE(set.contains(address("febf::1")));
  EXPECT_FALSE(set.contains(address("fec0::1")));
}

TEST(AddressSet, SeesIPv4ThroughIPv6) {
  EXPECT_TRUE(set_of({"10.0.0.0/8"}).contains(address("::ffff:10.1.2.3")));
}
TEST(AddressSet, StarIsEverybody) {
  EXPECT_TRUE(set_of({"*"}).contains(address("8.8.8.8")));
}
TEST(AddressSet, EmptyIsNobody) {
  EXPECT_FALSE(set_of({}).contains(address("127.0.0.1")));
}

TEST(AddressSet, TrustsUnixSockets) {
  sockaddr_storage peer{};
  peer.ss_family = AF_UNIX;
  EXPECT_TRUE(set_of({}).contains(peer));
}

TEST(AddressSet, RefusesWhatIsNoAddress) {
  for (auto const* text : {"localhost", "10.0.0.0/33", "", "::/129", "1.2.3"})
    EXPECT_FALSE(AddressSet::parse(std::vector<std::string>{text})) << text;
}

}  // namespace
}  // namespace net
