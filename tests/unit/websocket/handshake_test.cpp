#include "websocket/handshake.h"

#include <gtest/gtest.h>

#include "base/strings.h"

namespace websocket {
namespace {

constexpr std::string_view kMethod = "GET";
std::string const kUpgrade = "Connection: Upgrade\nUpgrade: websocket\n";
std::string const kVersion = "Sec-WebSocket-Version: 13\n";
std::string const kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

// A request with its text: "NAME: VALUE\n" for every field.
struct Given {
  explicit Given(std::string const& fields, std::string_view method = kMethod) : text(std::string(method) + fields) {
    request.buffer = text.data();
    auto const slice = [&](std::string_view piece) {
      return http::Slice{static_cast<std::uint32_t>(piece.data() - text.data()),
                         static_cast<std::uint32_t>(piece.size())};
    };
    request.method = slice(std::string_view(text).substr(0, method.size()));
    for (auto const line : base::split(std::string_view(text).substr(method.size()), '\n')) {
      if (auto const colon = line.find(": "); colon != line.npos)
        request.fields.push_back({slice(line.substr(0, colon)), slice(line.substr(colon + 2))});
    }
  }
  Given(Given const&) = delete;

  std::string text;
  http::Request request;
};

// The key and the subprotocols, or the refusal.
std::string offer(Given const& given) {
  auto const read = read_offer(given.request);
  if (!read) return std::to_string(read.error().status) + " " + read.error().detail;
  return read->key + " [" + base::join(read->subprotocols, "|") + "]";
}

TEST(Handshake, AcceptsTheKeyOfTheStandard) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 section 1.3
}

TEST(Handshake, IsAskedForByConnectionAndUpgrade) {
  EXPECT_TRUE(is_upgrade(Given(kUpgrade).request));
  EXPECT_TRUE(is_upgrade(Given("CONNECTION: keep-alive, UPGRADE\nUPGRADE: h2c , WebSocket\n").request));
  EXPECT_TRUE(
      is_upgrade(Given("Connection: keep-alive\nConnection: upgrade\nUpgrade: a\nUpgrade: websocket\n").request));
  EXPECT_FALSE(is_upgrade(Given("Upgrade: websocket\n").request));
  EXPECT_FALSE(is_upgrade(Given("Connection: Upgrade\n").request));
  EXPECT_FALSE(is_upgrade(Given("Connection: Upgrade\nUpgrade: h2c\n").request));
  EXPECT_FALSE(is_upgrade(Given("Connection: upgrades\nUpgrade: websocket\n").request));
  EXPECT_FALSE(is_upgrade(Given("Connection: Upgrade\nUpgrade: websocket/13\n").request));
}

TEST(Handshake, IsAGetOfHttp11) {
  EXPECT_FALSE(is_upgrade(Given(kUpgrade, "POST").request));
  EXPECT_FALSE(is_upgrade(Given(kUpgrade, "get").request));
  Given old(kUpgrade);
  old.request.minor_version = 0;
  EXPECT_FALSE(is_upgrade(old.request));
}

TEST(Handshake, OffersAKey) {
  EXPECT_EQ(offer(Given(kUpgrade + kVersion + kKey)), "dGhlIHNhbXBsZSBub25jZQ== []");
}

TEST(Handshake, OffersTheSubprotocolsOfAllFieldsInTheirOrder) {
  EXPECT_EQ(offer(Given(kVersion + kKey + "Sec-WebSocket-Protocol: chat, superchat\nsec-websocket-protocol: v2\n")),
            "dGhlIHNhbXBsZSBub25jZQ== [chat|superchat|v2]");
}

TEST(Handshake, RefusesAKeyThatIsNotSixteenBytes) {
  auto const wanted = "400 A WebSocket handshake needs one Sec-WebSocket-Key, which is 16 bytes in base64";
  EXPECT_EQ(offer(Given(kVersion)), wanted);
  EXPECT_EQ(offer(Given(kVersion + kKey + kKey)), wanted) << "repeated";
  for (auto const* key : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZWQ=",
                          "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBsZSBub25-ZQ==", "dGhlIHNhbXBs SBub25jZQ==",
                          "dGhlIHNhbXBsZSBub25jZWVk", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="})
    EXPECT_EQ(offer(Given(kVersion + "Sec-WebSocket-Key: " + key + "\n")), wanted) << key;
}

TEST(Handshake, RefusesAnotherVersion) {
  auto const wanted = "400 A WebSocket handshake needs the header Sec-WebSocket-Version: 13";
  EXPECT_EQ(offer(Given(kKey)), wanted);
  EXPECT_EQ(offer(Given(kKey + kVersion + kVersion)), wanted);
  for (auto const* version : {"", "8", "013", "13, 8", "14"})
    EXPECT_EQ(offer(Given(kKey + "Sec-WebSocket-Version: " + version + "\n")), wanted) << version;
}

TEST(Handshake, RefusesContent) {
  Given with(kVersion + kKey);
  with.request.content_length = 0;
  EXPECT_EQ(offer(with), "dGhlIHNhbXBsZSBub25jZQ== []");
  with.request.content_length = 1;
  EXPECT_EQ(offer(with), "400 A WebSocket handshake must not have content");
  with.request.content_length.reset();
  with.request.chunked = true;
  EXPECT_EQ(offer(with), "400 A WebSocket handshake must not have content");
}

}  // namespace
}  // namespace websocket
