#include "config/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "base/strings.h"
#include "config/raw_value.h"

namespace config {
namespace {

using base::Result;

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;

  std::span<unsigned char const> used() const { return std::span(bytes).first(size); }
};

std::optional<Address> parse_address(std::string_view text) {
  // An IPv6 zone ("%eth0") says nothing about a peer's address.
  std::string const host(text.substr(0, text.find('%')));
  Address address;
  if (::inet_pton(AF_INET, host.c_str(), address.bytes.data()) == 1) address.size = 4;
  if (address.size == 0 && ::inet_pton(AF_INET6, host.c_str(), address.bytes.data()) == 1) address.size = 16;
  if (address.size == 0) return std::nullopt;
  return address;
}

// The length of the prefix that a netmask such as 255.255.0.0 stands for.
std::optional<std::size_t> prefix_of_netmask(std::string_view text) {
  auto const mask = parse_address(text);
  if (!mask || mask->size != 4) return std::nullopt;
  unsigned bits = 0;
  for (unsigned char const byte : mask->used()) bits = bits << 8 | byte;
  auto const length = std::countl_one(bits);
  if (std::popcount(bits) != length) return std::nullopt;
  return static_cast<std::size_t>(length);
}

bool has_bits_behind(std::size_t prefix, Address const& address) {
  for (std::size_t bit = prefix; bit < address.size * 8; ++bit) {
    if (address.bytes[bit / 8] & 0x80 >> bit % 8) return true;
  }
  return false;
}

}  // namespace

Result<void> check_ip_network(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = parse_address(text.substr(0, slash));
  auto const odd = repr(text) + " does not appear to be an IPv4 or IPv6 network";
  if (!address) return base::failure(odd);
  if (slash == text.npos) return {};

  auto const length = text.substr(slash + 1);
  auto prefix = base::parse_decimal(length);
  if (!prefix && address->size == 4) prefix = prefix_of_netmask(length);
  if (!prefix || *prefix > address->size * 8) return base::failure(odd);
  if (has_bits_behind(*prefix, *address)) return base::failure(std::string(text) + " has host bits set");
  return {};
}

}  // namespace config
