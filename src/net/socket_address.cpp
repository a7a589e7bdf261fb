#include "net/socket_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <format>
#include <memory>

#include "base/sys.h"

namespace net {
namespace {

// A copy, since the storage holds the address as bytes of another type.
template <typename Concrete>
Concrete as(sockaddr_storage const& storage) {
  Concrete address;
  std::memcpy(&address, &storage, sizeof address);
  return address;
}

template <typename Concrete>
SocketAddress wrap(Concrete const& address, socklen_t size = sizeof(Concrete)) {
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return {storage, size};
}

std::string numeric(int family, void const* address) {
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(family, address, text, sizeof text) ? text : "";
}

}  // namespace

base::Result<SocketAddress> SocketAddress::local_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  TRY_VOID(base::sys::local_address(socket, &storage, &size));
  return SocketAddress(storage, size);
}

base::Result<SocketAddress> SocketAddress::resolve(std::string const& host, std::uint16_t port) {
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) return wrap(v4);

  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int const failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed) return base::failure(std::format("cannot resolve '{}': {}", host, ::gai_strerror(failed)));
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const list(found, ::freeaddrinfo);

  auto const* chosen = found;
  for (auto const* entry = found; entry; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET) {
      chosen = entry;
      break;
    }
  }
  sockaddr_storage storage{};
  std::memcpy(&storage, chosen->ai_addr, chosen->ai_addrlen);
  return SocketAddress(storage, chosen->ai_addrlen);
}

base::Result<SocketAddress> SocketAddress::of_path(std::string const& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::failure(std::format("unix:{}: a socket's path has at most {} bytes, this one has {}", path,
                                     sizeof address.sun_path - 1, path.size()));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return wrap(address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1));
}

std::string SocketAddress::host() const {
  if (family() == AF_INET) {
    auto const v4 = as<sockaddr_in>(storage_);
    return numeric(AF_INET, &v4.sin_addr);
  }
  if (family() != AF_INET6) return "";
  auto const v6 = as<sockaddr_in6>(storage_);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return numeric(AF_INET, v6.sin6_addr.s6_addr + 12);
  return numeric(AF_INET6, &v6.sin6_addr);
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(as<sockaddr_in>(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(as<sockaddr_in6>(storage_).sin6_port);
  return 0;
}

std::string SocketAddress::path() const {
  if (!is_unix() || size_ <= offsetof(sockaddr_un, sun_path)) return "";
  auto const address = as<sockaddr_un>(storage_);
  auto const limit = std::min<std::size_t>(size_ - offsetof(sockaddr_un, sun_path), sizeof address.sun_path);
  return std::string(address.sun_path, ::strnlen(address.sun_path, limit));
}

std::string SocketAddress::to_string() const {
  if (is_unix()) return "unix:" + path();
  auto const name = host();
  return name.contains(':') ? std::format("[{}]:{}", name, port()) : std::format("{}:{}", name, port());
}

}  // namespace net
