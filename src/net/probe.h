// Asks an HTTP server for one page, to see whether it is well.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/address.h"

namespace net {

// The status of GET `path` at `address`, all within `limit`. The error says how far it came.
base::Result<int> probe(Address const& address, std::string const& path, base::Duration limit);

}  // namespace net
