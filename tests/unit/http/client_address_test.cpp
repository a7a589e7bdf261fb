#include "http/client_address.h"

#include <gtest/gtest.h>

#include <vector>

namespace http {
namespace {

// What proxies at 10.0.0.0/8 and fd00::/8 say, in fields of that name.
std::string client(ClientAddressSource source, std::string_view name, std::vector<std::string_view> const& values) {
  std::vector<std::string> const texts{"10.0.0.0/8", "fd00::/8"};
  auto const proxies = net::AddressSet::parse(texts);
  std::string buffer(name);
  Request request;
  for (auto const value : values) {
    request.fields.push_back({{0, static_cast<std::uint32_t>(name.size())},
                              {static_cast<std::uint32_t>(buffer.size()), static_cast<std::uint32_t>(value.size())}});
    buffer += value;
  }
  request.buffer = buffer.data();
  auto const found = client_address(request, source, *proxies);
  if (!found) return "peer";
  return std::string(found->address) + (found->port.empty() ? "" : " " + std::string(found->port));
}

std::string by_list(std::vector<std::string_view> const& values) {
  return client(ClientAddressSource::x_forwarded_for, "x-forwarded-for", values);
}

std::string by_standard(std::vector<std::string_view> const& values) {
  return client(ClientAddressSource::forwarded, "Forwarded", values);
}

TEST(ClientAddress, IsTheRightMostThatIsNoProxy) {
  EXPECT_EQ(by_list({"192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(by_list({"192.0.2.1, 10.0.0.1"}), "192.0.2.1");
  EXPECT_EQ(by_list({"192.0.2.9, 192.0.2.1,10.0.0.1 , fd00::1"}), "192.0.2.1") << "what the client wrote itself";
  EXPECT_EQ(by_list({"10.0.0.2, 10.0.0.1"}), "10.0.0.2") << "a client among the proxies";
}

TEST(ClientAddress, IsLookedForInAllFields) {
  EXPECT_EQ(by_list({"192.0.2.9", "192.0.2.1", "10.0.0.1"}), "192.0.2.1");
  EXPECT_EQ(by_list({"192.0.2.1", ""}), "192.0.2.1");
  EXPECT_EQ(by_list({}), "peer");
  EXPECT_EQ(by_list({"", " , "}), "peer");
}

TEST(ClientAddress, IsNotLookedForBehindAnEntryThatHidesIt) {
  EXPECT_EQ(by_list({"192.0.2.1, unknown"}), "peer");
  EXPECT_EQ(by_list({"192.0.2.1, unknown, 10.0.0.1"}), "10.0.0.1");
  EXPECT_EQ(by_list({"unknown, 192.0.2.1"}), "192.0.2.1");
  for (auto const* odd : {"192.0.2.1.", "192.0.2", "example.org", "_x", "\"192.0.2.1\"", "192.0.2.1 x", "::1%lo",
                          "[192.0.2.1]", "[::1", "[::1]x", "999.1.1.1", "192.0.2.1:1:2", "\x1b[2J"})
    EXPECT_EQ(by_list({odd}), "peer") << odd;
}

TEST(ClientAddress, MayHaveAPort) {
  EXPECT_EQ(by_list({"192.0.2.1:1234"}), "192.0.2.1 1234");
  EXPECT_EQ(by_list({"[2001:db8::1]:1234"}), "2001:db8::1 1234");
  EXPECT_EQ(by_list({"[2001:db8::1]"}), "2001:db8::1");
  EXPECT_EQ(by_list({"2001:db8::1"}), "2001:db8::1");
  EXPECT_EQ(by_list({"192.0.2.1:"}), "192.0.2.1");
  EXPECT_EQ(by_list({"192.0.2.1:_hidden"}), "192.0.2.1");
  EXPECT_EQ(by_list({"192.0.2.1:65536"}), "192.0.2.1");
}

TEST(ClientAddress, IsReadFromForwarded) {
  EXPECT_EQ(by_standard({"for=192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(by_standard({"For=\"[2001:db8:cafe::17]:4711\""}), "2001:db8:cafe::17 4711");
  EXPECT_EQ(by_standard({"for=192.0.2.60;proto=http;by=203.0.113.43"}), "192.0.2.60");
  EXPECT_EQ(by_standard({"by=203.0.113.43; FOR=192.0.2.60 ;host=\"a;for=1.2.3.4,b\""}), "192.0.2.60");
  EXPECT_EQ(by_standard({"for=192.0.2.9, for=192.0.2.43", "for=10.0.0.1"}), "192.0.2.43");
  EXPECT_EQ(by_standard({"for=192.0.2.43,, for=10.0.0.1,"}), "192.0.2.43");
}

TEST(ClientAddress, IsHiddenByForwardedEntriesThatNameNone) {
  for (auto const* odd : {"for=unknown", "for=_gazonk", "for=\"_gazonk:80\"", "proto=http", "for", "for=", "for=\"\"",
                          "for=\"192.0.2.1", "host=\"a\\\";for=192.0.2.1", "for=\"192.0.2.1\\\""})
    EXPECT_EQ(by_standard({"for=192.0.2.9", odd}), "peer") << odd;
  EXPECT_EQ(by_standard({"for=unknown, for=10.0.0.1"}), "10.0.0.1");
  EXPECT_EQ(by_standard({"for=192.0.2.1;for=192.0.2.2"}), "192.0.2.1") << "the first counts";
}

TEST(ClientAddress, IsTheRightMostWhereEverybodyIsTrusted) {
  std::vector<std::string> const everybody{"*"};
  std::string const buffer = "X-Forwarded-For192.0.2.9, 10.0.0.1";
  Request request;
  request.buffer = buffer.data();
  request.fields = {{{0, 15}, {15, static_cast<std::uint32_t>(buffer.size() - 15)}}};
  auto const found = client_address(request, ClientAddressSource::x_forwarded_for, *net::AddressSet::parse(everybody));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, "10.0.0.1");
}

TEST(ClientAddress, IsNotTakenFromTheOtherField) {
  EXPECT_EQ(client(ClientAddressSource::forwarded, "X-Forwarded-For", {"192.0.2.1"}), "peer");
  EXPECT_EQ(client(ClientAddressSource::x_forwarded_for, "Forwarded", {"for=192.0.2.1"}), "peer");
  EXPECT_EQ(client(ClientAddressSource::off, "X-Forwarded-For", {"192.0.2.1"}), "peer");
}

}  // namespace
}  // namespace http
