// Asks an HTTP server for one page, to see whether it is well.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "net/address.h"

namespace net {

// A way to the server: bytes out, bytes in, both waiting until the deadline.
class ProbeStream {
 public:
  virtual ~ProbeStream() = default;
  virtual base::Result<void> send(std::string_view bytes) = 0;
  // 0: the server has closed.
  virtual base::Result<std::size_t> receive(std::span<char> into) = 0;
};

// Waits until the socket is ready for `events` (poll(2)), or fails at the deadline.
base::Result<void> await_socket(int socket, short events, base::Instant deadline);

// Lays something over a connected socket that does not block (TLS).
using ProbeWrapping =
    std::function<base::Result<std::unique_ptr<ProbeStream>>(base::Fd socket, base::Instant deadline)>;

// The status of GET `path` at `address`, all within `limit`. The error says how far it came.
base::Result<int> probe(Address const& address, std::string const& path, base::Duration limit,
                        ProbeWrapping const& wrap = {});

}  // namespace net
