#include "net/address_set.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/strings.h"

namespace net {
namespace {

constexpr int kMappedBits = 96;  // of ::ffff:0:0/96, under which IPv4 lies (RFC 4291 section 2.5.5.2)

in6_addr mapped(in_addr address) {
  in6_addr result{};
  result.s6_addr[10] = result.s6_addr[11] = 0xff;
  std::memcpy(result.s6_addr + 12, &address, sizeof address);
  return result;
}

std::optional<in6_addr> as_ipv6(sockaddr_storage const& address) {
  if (address.ss_family == AF_INET6) return reinterpret_cast<sockaddr_in6 const&>(address).sin6_addr;
  if (address.ss_family == AF_INET) return mapped(reinterpret_cast<sockaddr_in const&>(address).sin_addr);
  return std::nullopt;
}

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
      set.networks_.push_back({mapped(ipv4), kMappedBits + static_cast<int>(bits.value_or(32))});
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
  auto const ipv6 = as_ipv6(address);
  return ipv6 && std::ranges::any_of(networks_, [&](Network const& network) {
           return same_prefix(network.prefix, *ipv6, network.bits);
         });
}

}  // namespace net
