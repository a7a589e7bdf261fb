#include "net/remote_address.h"

#include <algorithm>
#include <cstring>
#include <format>

#include "base/strings.h"
#include "net/socket_address.h"

namespace net {

base::Result<RemoteAddress> RemoteAddress::parse(std::string_view text, std::uint16_t usual_port) {
  RemoteAddress address;
  auto rest = text;
  auto const take = [&](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    address.scheme_ = prefix.substr(0, prefix.find(':'));
    return true;
  };
  if (take("unix://") || take("unix:")) {
    address.parse_path(rest);
    if (!address.host_.empty()) return address;
  } else if (take("udp://") || take("tcp://")) {
    if (address.parse_host(rest, usual_port)) return address;
  }
  return base::failure(std::format("'{}' is no address: write udp://HOST:PORT, tcp://HOST:PORT or unix://PATH", text));
}

void RemoteAddress::parse_path(std::string_view text) {
  auto const mark = text.rfind('#');
  auto const word = mark == text.npos ? std::string_view() : text.substr(mark + 1);
  types_ = {SOCK_DGRAM, SOCK_STREAM};
  if (word == "dgram") types_ = {SOCK_DGRAM};
  if (word == "stream") types_ = {SOCK_STREAM, SOCK_DGRAM};
  host_ = word == "dgram" || word == "stream" ? text.substr(0, mark) : text;
}

// HOST, HOST:PORT, [V6]:PORT; without HOST this machine.
base::Result<void> RemoteAddress::parse_host(std::string_view text, std::uint16_t usual_port) {
  auto const bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == text.npos) return base::failure("no closing bracket");
  auto const colon = text.find(':', bracket);
  std::optional<std::uint64_t> const port =
      colon == text.npos ? usual_port : base::parse_decimal(text.substr(colon + 1));
  if (!port || *port > 65535) return base::failure("no port");
  host_ = base::lower(bracket ? text.substr(1, bracket - 1) : text.substr(0, colon));
  if (host_.empty()) host_ = "localhost";
  port_ = static_cast<std::uint16_t>(*port);
  types_ = {scheme_ == "tcp" ? SOCK_STREAM : SOCK_DGRAM};
  return {};
}

base::Result<base::Peer> RemoteAddress::resolve() const {
  // An empty image has no /etc/hosts, and a resolver that is asked for it may wait long.
  auto const host = host_ == "localhost" ? "127.0.0.1" : host_;
  auto const found = TRY(scheme_ == "unix" ? SocketAddress::of_path(host) : SocketAddress::resolve(host, port_));
  base::Peer peer{.size = found.size(), .types = types_, .name = to_string()};
  std::memcpy(&peer.address, found.raw(), found.size());
  return peer;
}

std::string RemoteAddress::to_string() const {
  if (scheme_ == "unix") return "unix://" + host_;
  bool const is_v6 = host_.contains(':');
  return std::format("{}://{}{}{}:{}", scheme_, is_v6 ? "[" : "", host_, is_v6 ? "]" : "", port_);
}

}  // namespace net
