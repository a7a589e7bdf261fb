#include "log/json.h"

#include <gtest/gtest.h>

namespace logging {
namespace {

using namespace std::chrono_literals;

std::string json(std::string_view text) {
  std::string into;
  append_json(into, text);
  return into;
}

TEST(Json, LeavesPlainTextAsItIs) {
  EXPECT_EQ(json(""), "\"\"");
  EXPECT_EQ(json("GET /path?x=1&y='2'"), "\"GET /path?x=1&y='2'\"");
}

TEST(Json, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("1\n2\r3\t4"), R"("1\n2\r3\t4")");
  EXPECT_EQ(json(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(Json, LeavesCharactersOfEveryLengthAsTheyAre) {
  EXPECT_EQ(json("\u00e9\u20ac\U0001f984\U0010ffff"), "\"\u00e9\u20ac\U0001f984\U0010ffff\"");
}

TEST(Json, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(json("\xff"), "\"\ufffd\"");
  EXPECT_EQ(json("\x80x"), "\"\ufffdx\"");
  EXPECT_EQ(json("\xc3("), "\"\ufffd(\"");
  EXPECT_EQ(json("\xc0\xaf"), "\"\ufffd\ufffd\"") << "an overlong slash";
  EXPECT_EQ(json("\xe0\x80\x80"), "\"\ufffd\ufffd\ufffd\"") << "an overlong NUL";
  EXPECT_EQ(json("\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\"") << "a surrogate";
  EXPECT_EQ(json("\xf4\x90\x80\x80"), "\"\ufffd\ufffd\ufffd\ufffd\"") << "beyond U+10FFFF";
}

TEST(Json, ReplacesTheBeginningOfACharacterOnce) {
  EXPECT_EQ(json("\xe2\x82"), "\"\ufffd\"");
  EXPECT_EQ(json("\xf0\x9f\xa6\""), "\"\ufffd\\\"\"");
}

// Whatever comes, the result is one string: no quote is bare, and nothing has the high bit but whole characters.
TEST(Json, HoldsAnyTwoBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      char const bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      auto const text = json({bytes, 2});
      ASSERT_TRUE(text.size() >= 3 && text.front() == '"' && text.back() == '"');
      for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        ASSERT_GE(static_cast<unsigned char>(text[i]), 0x20);
        if (text[i] == '\\')
          ++i;
        else
          ASSERT_NE(text[i], '"');
      }
    }
  }
}

TEST(JsonTime, IsRfc3339InUtcWithMilliseconds) {
  JsonTime time;
  base::WallTime const moment{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 9h + 34min + 47s};
  std::string text;
  for (auto const later : {0ms, 7ms, 999ms, 1000ms}) {
    time.append(text, moment + later);
    text += ' ';
  }
  EXPECT_EQ(text,
            "2026-11-20T09:34:47.000Z 2026-11-20T09:34:47.007Z 2026-11-20T09:34:47.999Z 2026-11-20T09:34:48.000Z ");
}

}  // namespace
}  // namespace logging
