// Whatever Forwarded and X-Forwarded-For hold: what is taken for an address is one, and stands in the field.
#include <vector>

#include "fuzzing.h"
#include "http/client_address.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const proxies = [] {
    std::vector<std::string> const texts{"10.0.0.0/8", "::1"};
    return *net::AddressSet::parse(texts);
  }();
  fuzzing::Input const input(data, size);
  bool const is_standard = input.chooses(0);
  std::string buffer(is_standard ? "Forwarded" : "X-Forwarded-For");
  auto const name_size = static_cast<std::uint32_t>(buffer.size());
  buffer += input.text;
  http::Request request;
  request.buffer = buffer.data();
  // The field comes in two where the text has a line end.
  auto const text = std::string_view(buffer).substr(name_size);
  auto const half = std::min(text.find('\n'), text.size());
  request.fields.push_back({{0, name_size}, {name_size, static_cast<std::uint32_t>(half)}});
  request.fields.push_back(
      {{0, name_size}, {static_cast<std::uint32_t>(name_size + half), static_cast<std::uint32_t>(text.size() - half)}});
  using enum http::ClientAddressSource;
  auto const found = http::client_address(request, is_standard ? forwarded : x_forwarded_for, proxies);
  if (!found) return 0;
  fuzzing::expect(net::IpAddress::parse(found->address).has_value(), "an address is an address");
  fuzzing::expect(found->address.data() >= buffer.data() &&
                      found->address.data() + found->address.size() <= buffer.data() + buffer.size(),
                  "an address stands in the field");
  fuzzing::expect(found->port.find_first_not_of("0123456789") == std::string_view::npos, "a port is a number");
  return 0;
}
