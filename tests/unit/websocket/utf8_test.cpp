#include "websocket/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace websocket {
namespace {

// By the code point, as RFC 3629 section 3 has it.
std::string encoded(char32_t point) {
  auto const byte = [](char32_t bits) { return static_cast<char>(bits); };
  auto const tail = [&](int shift) { return byte(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {byte(0xe0 | point >> 12), tail(6), tail(0)};
  return {byte(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

bool is_utf8(std::string_view text) {
  Utf8 utf8;
  return utf8.add(text) && utf8.is_whole();
}

TEST(Utf8, IsEveryCharacterThereIsAndNoOther) {
  for (char32_t point = 0; point < 0x120000; ++point) {
    bool const is_character = point < 0x110000 && !(point >= 0xd800 && point < 0xe000);
    ASSERT_EQ(is_utf8(encoded(point)), is_character) << std::uint32_t{point};
  }
}

TEST(Utf8, IsNoOverlongForm) {
  for (auto const* text :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf"})
    EXPECT_FALSE(is_utf8(std::string_view(text))) << text;
}

TEST(Utf8, MayStandAnywhereInATextThatIsSplitAnywhere) {
  for (std::string const character : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa6\x84"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      auto const text = std::string(before, 'a') + character + character + std::string(11, 'z');
      for (std::size_t split = 0; split <= text.size(); ++split) {
        Utf8 utf8;
        EXPECT_TRUE(utf8.add(std::string_view(text).substr(0, split)));
        bool const is_within =
            split > before && split < before + 2 * character.size() && (split - before) % character.size() != 0;
        EXPECT_EQ(utf8.is_whole(), !is_within);
        EXPECT_TRUE(utf8.add(std::string_view(text).substr(split)));
        EXPECT_TRUE(utf8.is_whole());
      }
    }
  }
}

TEST(Utf8, IsWrongWithTheFirstByteThatCannotFollow) {
  for (std::string_view const text : {"aaaaaaaaaaa\xff", "\xe0\x9f", "\xed\xa0", "\xf4\x90", "\xf5", "\xc3\xa9\x80",
                                      "\xe2\x82"
                                      "a",
                                      "\xf0\x9f\xa6\xc3"}) {
    Utf8 utf8;
    EXPECT_TRUE(utf8.add(text.substr(0, text.size() - 1))) << text;
    EXPECT_FALSE(utf8.add(text.substr(text.size() - 1))) << text;
  }
}

}  // namespace
}  // namespace websocket
