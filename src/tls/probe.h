// TLS for a look at a server on the same machine: what it shows for itself is not checked.
#pragma once

#include "net/probe.h"

namespace tls {

base::Result<std::unique_ptr<net::ProbeStream>> wrap_probe(base::Fd socket, base::Instant deadline);

}  // namespace tls
