#include "websocket/handshake.h"

#include "base/base64.h"
#include "base/strings.h"
#include "http/syntax.h"
#include "tls/sha1.h"

namespace websocket {
namespace {

using base::equal_ignoring_case;

// Calls `use` with the value of every field called `name`.
template <typename Use>
void for_each_value(http::Request const& request, std::string_view name, Use use) {
  for (auto const& field : request.fields)
    if (equal_ignoring_case(request.text(field.name), name)) use(request.text(field.value));
}

bool lists(http::Request const& request, std::string_view name, std::string_view wanted) {
  bool is_there = false;
  for_each_value(request, name, [&](std::string_view list) {
    http::for_each_element(list, [&](auto element) { is_there |= equal_ignoring_case(element, wanted); });
  });
  return is_there;
}

// Of a field that may be there once; else empty.
std::string_view only_value(http::Request const& request, std::string_view name) {
  std::string_view only;
  int count = 0;
  for_each_value(request, name, [&](std::string_view value) {
    only = value;
    ++count;
  });
  return count == 1 ? only : std::string_view();
}

// 16 bytes in base64: 22 digits and the padding.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && base::from_base64(key).size() == 16;
}

}  // namespace

bool is_upgrade(http::Request const& request) {
  return request.text(request.method) == "GET" && request.minor_version >= 1 &&
         lists(request, "Connection", "upgrade") && lists(request, "Upgrade", "websocket");
}

std::expected<Offer, http::Refusal> read_offer(http::Request const& request) {
  // Section 4.4 would have a 426 name the version in a field, which a Refusal does not carry.
  if (only_value(request, "Sec-WebSocket-Version") != "13")
    return std::unexpected(http::Refusal{400, "A WebSocket handshake needs the header Sec-WebSocket-Version: 13"});
  auto const key = only_value(request, "Sec-WebSocket-Key");
  if (!is_key(key))
    return std::unexpected(
        http::Refusal{400, "A WebSocket handshake needs one Sec-WebSocket-Key, which is 16 bytes in base64"});
  if (request.chunked || request.content_length.value_or(0) > 0)
    return std::unexpected(http::Refusal{400, "A WebSocket handshake must not have content"});
  Offer offer{std::string(key), {}};
  for_each_value(request, "Sec-WebSocket-Protocol", [&](std::string_view list) {
    http::for_each_element(list, [&](auto subprotocol) { offer.subprotocols.emplace_back(subprotocol); });
  });
  return offer;
}

std::string accept_key(std::string_view key) {
  return base::to_base64(tls::sha1(std::string(key).append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}

}  // namespace websocket
