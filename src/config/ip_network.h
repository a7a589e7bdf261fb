// The form of an address or network in an allow-list, as Python's ipaddress.ip_network() accepts it.
#pragma once

#include <string_view>

#include "base/result.h"

namespace config {

// An address, or ADDRESS/PREFIX without bits set behind the prefix (a netmask in place of the prefix is taken too).
base::Result<void> check_ip_network(std::string_view);

}  // namespace config
