// The opening handshake (RFC 6455 section 4.2), as far as it is made of fields. Any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/refusal.h"
#include "http/request.h"

namespace websocket {

// What a client asks for. Extensions are none of ours, and what it says of them is not looked at.
struct Offer {
  std::string key;                        // for accept_key()
  std::vector<std::string> subprotocols;  // the most wanted first; whether they are tokens was not looked at
};

// Asks for this protocol: a GET of HTTP/1.1 with "upgrade" in Connection and "websocket" in Upgrade.
bool is_upgrade(http::Request const&);

// Of a request that is_upgrade(). Refused: another version than 13, a key that is not 16 bytes, and content, which
// would stand where the frames begin.
std::expected<Offer, http::Refusal> read_offer(http::Request const&);

// The value of Sec-WebSocket-Accept that answers `key`.
std::string accept_key(std::string_view key);

}  // namespace websocket
