// Who the client is, where proxies say so: the right-most address in X-Forwarded-For or Forwarded (RFC 7239) that is
// not a proxy of ours. What stands left of it anybody may have written.
#pragma once

#include <optional>
#include <string_view>

#include "http/request.h"
#include "net/address_set.h"

namespace http {

// Where the address is taken from (real_client_address).
enum class ClientAddressSource { off, x_forwarded_for, forwarded };

struct ClientAddress {
  std::string_view address;  // an IP address without brackets
  std::string_view port;     // may be empty
};

// An IP address with or without a port; IPv6 may be in brackets, and is where a port follows. Nothing for "unknown", a
// hidden identifier ("_secret") and anything else.
std::optional<ClientAddress> parse_node(std::string_view node);

// False: it cannot be told where one entry ends and the next begins (a quote is not closed).
bool is_readable(Request const&, ClientAddressSource);

// What `peer`, which is one of `proxies`, says of the client; nothing when it does not say. An entry that names no
// address hides all that is left of it. Where everybody is trusted ("*") no proxy is known by its address, and the
// right-most entry is the only one that no client can forge.
std::optional<ClientAddress> client_address(Request const&, ClientAddressSource, net::AddressSet const& proxies);

}  // namespace http
