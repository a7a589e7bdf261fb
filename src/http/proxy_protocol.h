// The header that a proxy puts in front of all that a client says, to announce whose connection it forwards: the PROXY
// protocol of HAProxy, versions 1 (a line) and 2 (binary). Bytes in, verdict out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace http {

// off: no header is looked for. auto_detect: either version.
enum class ProxyProtocol { off, v1, v2, auto_detect };

// Whose connection it is, as CGI variables name it; addresses and ports are empty for unix sockets.
struct Announcement {
  std::string protocol;  // "TCP4", "TCP6", "UDP4", "UDP6", "UNIX"
  std::string client_address, client_port;
  std::string proxy_address, proxy_port;  // where the client connected to
};

struct ProxyHeader {
  // incomplete: more bytes are needed to tell. absent: this is no such header, but the client's own first bytes.
  enum class Kind { incomplete, absent, present, invalid };

  Kind kind = Kind::absent;
  std::size_t size = 0;  // when present: what follows is the client's
  // Nothing where the proxy speaks for itself (LOCAL), or does not know (UNKNOWN, UNSPEC).
  std::optional<Announcement> announcement;
  std::string reason;  // when invalid
};

// More than any header has, its extensions (TLVs) included; a larger one is invalid.
inline constexpr std::size_t kLargestProxyHeader = 4096;

// `bytes` is what the connection begins with, at most kLargestProxyHeader of it.
ProxyHeader read_proxy_header(std::string_view bytes, ProxyProtocol expected);

}  // namespace http
