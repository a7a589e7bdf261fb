// The address of one end of a socket, as the kernel gives it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace net {

class SocketAddress {
 public:
  SocketAddress() = default;
  SocketAddress(sockaddr_storage const& storage, socklen_t size) : storage_(storage), size_(size) {}

  // What `socket` is bound to.
  static base::Result<SocketAddress> local_of(int socket);
  // Where a host name or numeric address leads; of several addresses the first IPv4 one. Asks the resolver for names
  // only, and waits for its answer.
  static base::Result<SocketAddress> resolve(std::string const& host, std::uint16_t port);
  static base::Result<SocketAddress> of_path(std::string const& path);

  int family() const { return storage_.ss_family; }
  bool is_unix() const { return family() == AF_UNIX; }

  // The numeric IP address, "" for a unix socket. An IPv4 client of an IPv6 socket shows as what it is (no "::ffff:").
  std::string host() const;
  std::uint16_t port() const;
  // The path of a unix socket, "" where it has none.
  std::string path() const;

  // "127.0.0.1:8000", "[::1]:8000", "unix:/path".
  std::string to_string() const;

  sockaddr const* raw() const { return reinterpret_cast<sockaddr const*>(&storage_); }
  socklen_t size() const { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace net
