// A numeric IP address. An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) is the IPv4 address.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace net {

class IpAddress {
 public:
  explicit IpAddress(in_addr const&);
  explicit IpAddress(in6_addr const& address) : bits_(address) {}

  // "192.0.2.1", "2001:db8::1"; nothing for any other text, a name or a zone for example.
  static std::optional<IpAddress> parse(std::string_view text);
  // Nothing for a unix socket.
  static std::optional<IpAddress> of(sockaddr_storage const&);

  std::string to_string() const;

  // IPv4 lies under ::ffff:0:0/96 (RFC 4291 section 2.5.5.2).
  in6_addr const& bits() const { return bits_; }

 private:
  in6_addr bits_;
};

}  // namespace net
