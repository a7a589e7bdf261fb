// Addresses and networks somebody trusts: "127.0.0.1", "10.0.0.0/8", "::1", or "*" for everybody. Immutable.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace net {

class AddressSet {
 public:
  static base::Result<AddressSet> parse(std::span<std::string const> texts);

  // A unix socket's peer is always in: who may connect is the file system's decision.
  // An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) counts as the IPv4 address.
  bool contains(sockaddr_storage const& address) const;
  // Whether `address` lies in one of the networks: "*" trusts everybody, but names nobody.
  bool names(IpAddress const& address) const;

 private:
  struct Network {
    in6_addr prefix;
    int bits;
  };

  bool everybody_ = false;
  std::vector<Network> networks_;
};

}  // namespace net
