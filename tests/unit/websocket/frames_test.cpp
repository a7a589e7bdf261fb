#include "websocket/frames.h"

#include "client_frames.h"

namespace websocket {
namespace {

using namespace std::string_literals;

std::string sent(Kind kind, std::string_view payload) {
  std::string out;
  append_frame(out, kind, payload);
  return out;
}

std::string sent_close(std::uint16_t code, std::string_view reason) {
  std::string out;
  append_close(out, code, reason);
  return out;
}

TEST(Frames, AreThoseOfTheExamplesOfTheStandard) {
  EXPECT_EQ(sent(Kind::text, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(sent(Kind::ping, "Hello"), "\x89\x05Hello");
  EXPECT_EQ(sent(Kind::pong, "Hello"), "\x8a\x05Hello");
  std::string const some(256, 'b'), much(65536, 'b');
  EXPECT_EQ(sent(Kind::binary, some), "\x82\x7e\x01\x00"s + some);
  EXPECT_EQ(sent(Kind::binary, much), "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s + much);
}

TEST(Frames, HaveTheirLengthInItsShortestForm) {
  auto const header = [](std::size_t size) { return sent(Kind::text, std::string(size, 'a')).substr(0, 4); };
  EXPECT_EQ(header(0), "\x81\0"s);
  EXPECT_EQ(header(125), "\x81\x7d\x61\x61");
  EXPECT_EQ(header(126), "\x81\x7e\0\x7e"s);
  EXPECT_EQ(header(65535), "\x81\x7e\xff\xff");
}

TEST(Frames, AreAppended) {
  auto out = sent(Kind::text, "a");
  append_close(out, 1000, "");
  EXPECT_EQ(out,
            "\x81\x01"
            "a\x88\x02\x03\xe8");
}

TEST(Frames, OfClosingHaveACodeAndAReason) {
  EXPECT_EQ(sent_close(1000, "bye"),
            "\x88\x05\x03\xe8"
            "bye");
  EXPECT_EQ(sent_close(4999, ""), "\x88\x02\x13\x87");
  EXPECT_EQ(sent_close(kNoCode, "not sent"), "\x88\0"s);
}

TEST(Frames, OfClosingHaveAsMuchOfTheReasonAsFits) {
  std::string const fits(123, 'r');
  EXPECT_EQ(sent_close(1000, fits), "\x88\x7d\x03\xe8" + fits);
  EXPECT_EQ(sent_close(1000, fits + "r"), "\x88\x7d\x03\xe8" + fits);
  for (int ascii = 0; ascii < 4; ++ascii) {
    auto reason = std::string(static_cast<std::size_t>(ascii), 'r');
    while (reason.size() < 200) reason += "\xf0\x9f\xa6\x84";
    auto const cut = sent_close(1000, reason).substr(4);
    EXPECT_EQ(cut, reason.substr(0, cut.size()));
    EXPECT_TRUE(cut.ends_with('\x84')) << ascii;
    EXPECT_GT(cut.size(), 119u);
  }
}

// The reader takes what is sent, once it is masked.
TEST(Frames, AreReadAgain) {
  auto const received = [](std::string const& sent, std::size_t header) {
    auto frame = sent.substr(0, header) + std::string(kKey) + masked(sent.substr(header));
    frame[1] |= '\x80';
    return read(frame);
  };
  for (std::size_t const size : {0, 125, 126, 65535, 65536}) {
    std::string const payload(size, 'p');
    EXPECT_EQ(received(sent(Kind::text, payload), size < 126 ? 2 : size < 65536 ? 4 : 10), "text(" + payload + ")\n");
  }
  EXPECT_EQ(received(sent_close(1001, "away"), 2), "close1001(away)\n");
  EXPECT_EQ(received(sent_close(kNoCode, ""), 2), "close1005()\n");
}

}  // namespace
}  // namespace websocket
