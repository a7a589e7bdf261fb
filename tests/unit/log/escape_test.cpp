#include "log/escape.h"

#include <gtest/gtest.h>

namespace logging {
namespace {

TEST(Escape, LeavesTextAsItIs) {
  EXPECT_EQ(escaped("GET /path?q=1 'x'"), "GET /path?q=1 'x'");
  EXPECT_EQ(escaped("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\xa6\x84"), "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\xa6\x84");
}

TEST(Escape, LeavesNoWayOutOfALine) {
  EXPECT_EQ(escaped("a\"b\\c"), "a\\\"b\\\\c");
  EXPECT_EQ(escaped(std::string_view("\r\n\t\0", 4)), "\\x0d\\x0a\\x09\\x00");
}

TEST(Escape, LeavesNoCommandForATerminal) {
  EXPECT_EQ(escaped("\x1b[2J\x7f"), "\\x1b[2J\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "2J"),
            "\\xc2\\x9b2J");
  EXPECT_EQ(escaped("\xc2\xa0"), "\xc2\xa0");
}

TEST(Escape, LeavesNothingThatIsNoUtf8) {
  EXPECT_EQ(escaped("\xe9t\xe9"), "\\xe9t\\xe9");
  EXPECT_EQ(escaped("\x9b"), "\\x9b");
  EXPECT_EQ(escaped("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(escaped("\xe2\"x"), "\\xe2\\\"x") << "a quote does not hide behind a lead byte";
}

// Text is looked at eight bytes at a time where that is possible.
TEST(Escape, FindsEachByteAtEachPlace) {
  for (int byte = 0; byte < 128; ++byte) {
    auto const one = escaped(std::string(1, static_cast<char>(byte)));
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, '~');
      text[place] = static_cast<char>(byte);
      EXPECT_EQ(escaped(text), std::string(place, '~') + one + std::string(19 - place, '~')) << byte << " at " << place;
    }
  }
}

}  // namespace
}  // namespace logging
