#include "net/address_set.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/strings.h"

namespace net {
namespace {

constexpr int kMappedBits = 96;  // of ::ffff:0:0/96, under which IPv4 lies (RFC 4291 section 2.5.5.2)

bool same_prefix(in6_addr const& left, in6_addr const& right, int bits) {
  auto const whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(&left, &right, whole) != 0) return false;
  int const rest = bits % 8;
  return rest == 0 || ((left.s6_addr[whole] ^ right.s6_addr[whole]) >> (8 - rest)) == 0;
}

}  // namespace

base::Result<AddressSet> AddressSet::parse(std::span<std::string const> texts) {
  AddressSet set;
  for (auto const& text : texts) {
    if (text == "*") {
      set.everybody_ = true;
      continue;
    }
    auto const slash = text.find('/');
    auto const host = text.substr(0, slash);
    auto const bits = slash == text.npos ? std::nullopt : base::parse_decimal(text.substr(slash + 1));
    in_addr ipv4;
    in6_addr ipv6;
    if (::inet_pton(AF_INET, host.c_str(), &ipv4) == 1 && bits.value_or(32) <= 32) {
      set.networks_.push_back({IpAddress(ipv4).bits(), kMappedBits + static_cast<int>(bits.value_or(32))});
    } else if (::inet_pton(AF_INET6, host.c_str(), &ipv6) == 1 && bits.value_or(128) <= 128) {
      set.networks_.push_back({ipv6, static_cast<int>(bits.value_or(128))});
    } else {
      return base::failure("'" + text + "' is not an IP address or network");
    }
  }
  return set;
}

bool AddressSet::contains(sockaddr_storage const& address) const {
  if (everybody_ || address.ss_family == AF_UNIX) return true;
  auto const ip = IpAddress::of(address);
  return ip && names(*ip);
}

bool AddressSet::names(IpAddress const& address) const {
  return std::ranges::any_of(
      networks_, [&](Network const& network) { return same_prefix(network.prefix, address.bits(), network.bits); });
}

}  // namespace net
