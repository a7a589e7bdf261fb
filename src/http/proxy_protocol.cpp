#include "http/proxy_protocol.h"

#include <array>
#include <cstring>

#include "base/strings.h"
#include "net/ip_address.h"

namespace http {
namespace {

using Kind = ProxyHeader::Kind;

// Version 1, with its line end: the longest line that has a meaning.
constexpr std::string_view kWord = "PROXY ";
constexpr std::size_t kLongestLine = 107;

// Version 2: signature, version and command, family, length.
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kFixedSize = 16;

ProxyHeader invalid(std::string reason) {
  return {.kind = Kind::invalid, .announcement = {}, .reason = std::move(reason)};
}

ProxyHeader incomplete() {
  return {.kind = Kind::incomplete, .announcement = {}, .reason = {}};
}

// Decimal without leading zeros.
bool is_port(std::string_view text) {
  auto const number = base::parse_decimal(text);
  return number && *number <= 65535 && text == std::to_string(*number);
}

// Nothing unless `text` is an address of that family.
std::optional<std::string> address_of_family(std::string_view text, bool is_ipv6) {
  auto const address = net::IpAddress::parse(text);
  if (!address || text.contains(':') != is_ipv6) return std::nullopt;
  return address->to_string();
}

ProxyHeader read_line(std::string_view bytes) {
  auto const end = bytes.substr(0, kLongestLine).find("\r\n");
  if (end == bytes.npos) return bytes.size() < kLongestLine ? incomplete() : invalid("the line is too long");
  auto const line = bytes.substr(0, end);
  if (line.find_first_of("\r\n") != line.npos) return invalid("the line is broken");
  ProxyHeader header{.kind = Kind::present, .size = end + 2, .announcement = {}, .reason = {}};
  auto const words = base::split(line, ' ');
  if (words[1] == "UNKNOWN") return header;
  bool const is_ipv6 = words[1] == "TCP6";
  if (!is_ipv6 && words[1] != "TCP4") return invalid("the protocol is none of TCP4, TCP6 and UNKNOWN");
  if (words.size() != 6) return invalid("the line needs two addresses and two ports");
  auto const client = address_of_family(words[2], is_ipv6), proxy = address_of_family(words[3], is_ipv6);
  if (!client || !proxy) return invalid("an address is invalid");
  if (!is_port(words[4]) || !is_port(words[5])) return invalid("a port is invalid");
  header.announcement =
      Announcement{std::string(words[1]), *client, std::string(words[4]), *proxy, std::string(words[5])};
  return header;
}

unsigned number_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) * 256u + static_cast<unsigned char>(bytes[at + 1]);
}

template <typename Address>
std::string address_at(std::string_view bytes, std::size_t at) {
  Address address;
  std::memcpy(&address, bytes.data() + at, sizeof address);
  return net::IpAddress(address).to_string();
}

template <typename Address>
Announcement announce(std::string protocol, std::string_view bytes) {
  constexpr auto size = sizeof(Address);
  return {std::move(protocol), address_at<Address>(bytes, 0), std::to_string(number_at(bytes, 2 * size)),
          address_at<Address>(bytes, size), std::to_string(number_at(bytes, 2 * size + 2))};
}

// Extensions: type, length of two bytes, value. None of them is of use to us, but they must be what they claim.
bool are_extensions(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 3) return false;
    std::size_t const size = 3 + number_at(bytes, 1);
    if (size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

ProxyHeader read_binary(std::string_view bytes) {
  constexpr std::array<std::size_t, 4> address_sizes = {0, 12, 36, 216};
  if (bytes.size() < kFixedSize) return incomplete();
  unsigned const version_and_command = static_cast<unsigned char>(bytes[12]);
  unsigned const family_and_protocol = static_cast<unsigned char>(bytes[13]);
  std::size_t const size = kFixedSize + number_at(bytes, 14);
  auto const family = family_and_protocol >> 4, protocol = family_and_protocol & 15;
  if (version_and_command >> 4 != 2) return invalid("the version is not 2");
  if ((version_and_command & 15) > 1) return invalid("the command is unknown");
  if (family >= address_sizes.size() || protocol > 2) return invalid("the address family or protocol is unknown");
  if (size > kLargestProxyHeader) return invalid("the header is too large");
  bool const is_local = (version_and_command & 15) == 0;
  if (!is_local && size < kFixedSize + address_sizes[family]) return invalid("the header is too short");
  if (bytes.size() < size) return incomplete();
  ProxyHeader header{.kind = Kind::present, .size = size, .announcement = {}, .reason = {}};
  if (is_local) return header;
  auto const addresses = bytes.substr(kFixedSize, size - kFixedSize);
  if (!are_extensions(addresses.substr(address_sizes[family]))) return invalid("an extension is cut off");
  std::string const transport = protocol == 2 ? "UDP" : "TCP";
  if (protocol == 0) return header;
  if (family == 1) header.announcement = announce<in_addr>(transport + "4", addresses);
  if (family == 2) header.announcement = announce<in6_addr>(transport + "6", addresses);
  if (family == 3) header.announcement = Announcement{"UNIX", {}, {}, {}, {}};
  return header;
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes, ProxyProtocol expected) {
  auto const may_begin = [&](std::string_view mark) { return mark.starts_with(bytes.substr(0, mark.size())); };
  bool const line = expected == ProxyProtocol::v1 || expected == ProxyProtocol::auto_detect;
  bool const binary = expected == ProxyProtocol::v2 || expected == ProxyProtocol::auto_detect;
  if (line && bytes.starts_with(kWord)) return read_line(bytes);
  if (binary && bytes.starts_with(kSignature)) return read_binary(bytes);
  if ((line && may_begin(kWord)) || (binary && may_begin(kSignature))) return incomplete();
  return {};
}

}  // namespace http
