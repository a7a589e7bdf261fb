#include "net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace net {

IpAddress::IpAddress(in_addr const& address) : bits_{} {
  bits_.s6_addr[10] = bits_.s6_addr[11] = 0xff;
  std::memcpy(bits_.s6_addr + 12, &address, sizeof address);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.contains('\0')) return std::nullopt;
  std::ranges::copy(text, terminated.begin());
  in_addr ipv4;
  if (::inet_pton(AF_INET, terminated.data(), &ipv4) == 1) return IpAddress(ipv4);
  in6_addr ipv6;
  if (::inet_pton(AF_INET6, terminated.data(), &ipv6) == 1) return IpAddress(ipv6);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::of(sockaddr_storage const& address) {
  if (address.ss_family == AF_INET6) return IpAddress(reinterpret_cast<sockaddr_in6 const&>(address).sin6_addr);
  if (address.ss_family == AF_INET) return IpAddress(reinterpret_cast<sockaddr_in const&>(address).sin_addr);
  return std::nullopt;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&bits_))
    ::inet_ntop(AF_INET, bits_.s6_addr + 12, text.data(), text.size());
  else
    ::inet_ntop(AF_INET6, &bits_, text.data(), text.size());
  return text.data();
}

}  // namespace net
