// A header of the PROXY protocol is read the same as soon as it is whole, and no sooner.
#include "http/proxy_protocol.h"
#include "fuzzing.h"
#include "net/ip_address.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using Kind = http::ProxyHeader::Kind;
  fuzzing::Input const input(data, size);
  auto const text = input.text.substr(0, http::kLargestProxyHeader);
  auto const expected = static_cast<http::ProxyProtocol>(input.choice % 4);
  auto const whole = http::read_proxy_header(text, expected);
  fuzzing::expect(whole.size <= text.size(), "a header is no longer than what there is");
  fuzzing::expect((whole.kind == Kind::present) == (whole.size > 0), "only a header has a size");
  for (std::size_t prefix = 0; prefix < text.size(); prefix += 1 + prefix / 64) {
    auto const part = http::read_proxy_header(text.substr(0, prefix), expected);
    if (part.kind == Kind::incomplete) continue;
    fuzzing::expect(part.kind == whole.kind && part.size == whole.size, "what was said once is not taken back");
    fuzzing::expect(part.kind != Kind::present || prefix >= part.size, "a header is not read before its end");
  }
  if (whole.announcement && whole.announcement->protocol != "UNIX") {
    fuzzing::expect(net::IpAddress::parse(whole.announcement->client_address).has_value(), "addresses are addresses");
    fuzzing::expect(net::IpAddress::parse(whole.announcement->proxy_address).has_value(), "addresses are addresses");
  }
  return 0;
}
