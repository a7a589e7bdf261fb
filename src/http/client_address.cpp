#include "http/client_address.h"

#include <algorithm>

#include "base/strings.h"
#include "http/syntax.h"

namespace http {
namespace {

using base::equal_ignoring_case;

constexpr std::string_view kForwarded = "Forwarded";

bool is_port(std::string_view text) {
  auto const number = base::parse_decimal(text);
  return number && *number <= 65535;
}

// Sees the entries from left to right, as they were added: the client comes first, then each proxy's peer.
class Chain {
 public:
  explicit Chain(net::AddressSet const& proxies) : proxies_(proxies) {}

  void add(std::optional<ClientAddress> const& entry) {
    bool const is_proxy = entry && proxies_.names(*net::IpAddress::parse(entry->address));
    // A proxy counts where nobody nearer to the client is known.
    if (!is_proxy || !client_) client_ = entry;
  }

  std::optional<ClientAddress> const& client() const { return client_; }

 private:
  net::AddressSet const& proxies_;
  std::optional<ClientAddress> client_;
};

// Cuts the first part off `text`, up to `separator` outside of quotes. Nothing when a quote is not closed.
std::optional<std::string_view> cut(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != separator); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (quoted && text[at] == '\\') ++at;
  }
  at = std::min(at, text.size());
  auto const part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  if (quoted) return std::nullopt;
  return base::trim(part, " \t");
}

// RFC 7239 section 4: for=node, among other parameters.
std::optional<ClientAddress> node_of_element(std::string_view element) {
  while (!element.empty()) {
    auto const pair = cut(element, ';');
    if (!pair) return std::nullopt;
    auto const equals = pair->find('=');
    if (equals == pair->npos || !equal_ignoring_case(pair->substr(0, equals), "for")) continue;
    auto value = pair->substr(equals + 1);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    return parse_node(value);
  }
  return std::nullopt;
}

void add_forwarded(Chain& chain, std::string_view list) {
  while (!list.empty()) {
    auto const element = cut(list, ',');
    if (!element || !element->empty()) chain.add(element ? node_of_element(*element) : std::nullopt);
  }
}

bool has_open_quote(std::string_view list) {
  while (!list.empty()) {
    if (!cut(list, ',')) return true;
  }
  return false;
}

}  // namespace

bool is_readable(Request const& request, ClientAddressSource source) {
  return source != ClientAddressSource::forwarded || std::ranges::none_of(request.fields, [&](Field const& field) {
           return equal_ignoring_case(request.text(field.name), kForwarded) &&
                  has_open_quote(request.text(field.value));
         });
}

std::optional<ClientAddress> parse_node(std::string_view node) {
  auto address = node, port = std::string_view();
  if (auto const bracket = node.find(']'); node.starts_with('[') && bracket != node.npos) {
    address = node.substr(1, bracket - 1);
    port = node.substr(bracket + 1);
    if (!address.contains(':') || !(port.empty() || port.starts_with(':'))) return std::nullopt;
  } else if (std::ranges::count(node, ':') == 1) {
    address = node.substr(0, node.find(':'));
    port = node.substr(address.size());
  }
  if (!net::IpAddress::parse(address)) return std::nullopt;
  // RFC 7239 section 6.3: a port may be hidden too.
  port = port.substr(port.empty() ? 0 : 1);
  return ClientAddress{address, is_port(port) ? port : std::string_view()};
}

std::optional<ClientAddress> client_address(Request const& request, ClientAddressSource source,
                                            net::AddressSet const& proxies) {
  if (source == ClientAddressSource::off) return std::nullopt;
  bool const is_standard = source == ClientAddressSource::forwarded;
  auto const name = is_standard ? kForwarded : "X-Forwarded-For";
  Chain chain(proxies);
  for (auto const& field : request.fields) {
    if (!equal_ignoring_case(request.text(field.name), name)) continue;
    auto const list = request.text(field.value);
    if (is_standard)
      add_forwarded(chain, list);
    else
      for_each_element(list, [&](std::string_view element) { chain.add(parse_node(element)); });
  }
  return chain.client();
}

}  // namespace http
