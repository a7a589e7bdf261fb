#include "net/address.h"

#include <format>
#include <limits>

#include "base/strings.h"

namespace net {
namespace {

constexpr std::uint16_t kDefaultPort = 8000;

base::Result<std::uint16_t> parse_port(std::string_view text, std::string_view bind) {
  auto const number = base::parse_decimal(text);
  if (!number || *number > std::numeric_limits<std::uint16_t>::max()) {
    return base::failure(std::format("bind: '{}' is not a valid port number in '{}' (0 to 65535)", text, bind));
  }
  return static_cast<std::uint16_t>(*number);
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;  // may be empty
};

base::Result<HostAndPort> split_bracketed(std::string_view text) {
  auto const end = text.find(']');
  if (end == text.npos) return base::failure(std::format("bind: '{}' lacks the closing ']'", text));
  auto const rest = text.substr(end + 1);
  if (!rest.empty() && (rest[0] != ':' || rest.size() == 1)) {
    return base::failure(std::format("bind: '{}' should be [ADDRESS]:PORT", text));
  }
  return HostAndPort{text.substr(1, end - 1), rest.empty() ? rest : rest.substr(1)};
}

base::Result<HostAndPort> split_plain(std::string_view text) {
  auto const colon = text.find(':');
  if (colon == text.npos) {
    if (base::parse_decimal(text))
      return base::failure(std::format("bind: '{0}' lacks the colon of a port, as in ':{0}'", text));
    return HostAndPort{text, {}};
  }
  if (text.contains("://"))
    return base::failure(std::format("bind: '{}': write it without {}", text, text.substr(0, text.find("://") + 3)));
  if (text.find(':', colon + 1) != text.npos) {
    return base::failure(std::format("bind: '{}': write an IPv6 address in brackets, as [::1]:8000", text));
  }
  if (colon + 1 == text.size()) return base::failure(std::format("bind: '{}' lacks the port after ':'", text));
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

base::Result<Address> Address::parse(std::string_view bind) {
  auto const text = base::trim(bind);
  if (text.starts_with("unix:")) {
    auto const path = text.substr(text.starts_with("unix://") ? 7 : 5);
    if (path.empty()) return base::failure(std::format("bind: '{}' lacks the path of the socket", bind));
    return Address(Kind::path, std::string(path), 0, -1);
  }
  if (text.starts_with("fd://")) return parse_inherited(text.substr(5));
  return parse_tcp(text.starts_with("tcp://") ? text.substr(6) : text);
}

base::Result<Address> Address::parse_inherited(std::string_view descriptor) {
  auto const number = base::parse_decimal(descriptor);
  if (!number || *number > std::numeric_limits<int>::max()) {
    return base::failure(std::format("bind: '{}' is not a valid file descriptor", descriptor));
  }
  return Address(Kind::inherited, "", 0, static_cast<int>(*number));
}

base::Result<Address> Address::parse_tcp(std::string_view text) {
  auto const parts = TRY(text.starts_with('[') ? split_bracketed(text) : split_plain(text));
  auto const port = parts.port.empty() ? kDefaultPort : TRY(parse_port(parts.port, text));
  auto const host = parts.host.empty() ? "0.0.0.0" : base::lower(parts.host);
  return Address(Kind::tcp, host, port, -1);
}

std::string Address::to_string() const {
  if (kind_ == Kind::path) return "unix:" + text_;
  if (kind_ == Kind::inherited) return std::format("fd://{}", descriptor_);
  bool const is_v6 = text_.contains(':');
  return is_v6 ? std::format("[{}]:{}", text_, port_) : std::format("{}:{}", text_, port_);
}

}  // namespace net
