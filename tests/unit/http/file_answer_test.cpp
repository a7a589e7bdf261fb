#include "http/file_answer.h"

#include <gtest/gtest.h>

namespace http {
namespace {

constexpr std::string_view kModified = "Sun, 06 Nov 1994 08:49:37 GMT";

// A request made of "METHOD\nName: value\nName: value".
struct Asked {
  explicit Asked(std::string lines) : text(std::move(lines)) {
    request.buffer = text.data();
    auto at = text.find('\n');
    request.method = slice(0, at);
    while (at != text.npos) {
      auto const begin = at + 1, end = std::min(text.find('\n', begin), text.size());
      auto const colon = text.find(": ", begin);
      request.fields.push_back({slice(begin, colon), slice(colon + 2, end)});
      at = end == text.size() ? text.npos : end;
    }
  }

  static Slice slice(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  }

  std::string text;
  Request request;
};

FileAnswer answer(std::string lines, std::uint64_t size = 100, std::string_view etag = "\"v1\"") {
  Asked const asked(std::move(lines));
  return answer_for_file(asked.request, size, kModified, etag);
}

TEST(FileAnswer, SendsTheWholeWhenNothingElseIsAskedFor) {
  auto const whole = answer("GET\nHost: x");
  EXPECT_EQ(std::tuple(whole.status, whole.offset, whole.count), std::tuple(200, 0u, 100u));
}

TEST(FileAnswer, SendsOneRange) {
  auto const part = answer("GET\nRange: bytes=10-19");
  EXPECT_EQ(std::tuple(part.status, part.offset, part.count), std::tuple(206, 10u, 10u));
  EXPECT_EQ(part.fields, "Content-Range: bytes 10-19/100\r\n");
  EXPECT_EQ(answer("GET\nRange: bytes=90-200").count, 10u);
  EXPECT_EQ(answer("GET\nRange: bytes=-1").offset, 99u);
  EXPECT_EQ(answer("GET\nRange: bytes=0-18446744073709551615").count, 100u);
}

TEST(FileAnswer, HeedsNoRangeThatIsNone) {
  for (auto const* range : {"bytes=1-2,4-5", "bytes=", "bytes=-", "bytes=2-1", "pages=1-2", "bytes=+1-2", "bytes=1-2x",
                            "bytes=0-18446744073709551616"})
    EXPECT_EQ(answer(std::string("GET\nRange: ") + range).status, 200) << range;
  EXPECT_EQ(answer("POST\nRange: bytes=1-2").status, 200);
  EXPECT_EQ(answer("HEAD\nRange: bytes=1-2").status, 200);
}

TEST(FileAnswer, RefusesARangeBeyondTheEnd) {
  for (auto const* range : {"bytes=100-", "bytes=100-101", "bytes=-0"})
    EXPECT_EQ(answer(std::string("GET\nRange: ") + range).status, 416) << range;
  EXPECT_EQ(answer("GET\nRange: bytes=0-", 0).fields, "Content-Range: bytes */0\r\n");
}

TEST(FileAnswer, SendsAPartOnlyOfWhatTheClientHas) {
  EXPECT_EQ(answer("GET\nRange: bytes=1-2\nIf-Range: \"v1\"").status, 206);
  EXPECT_EQ(answer("GET\nRange: bytes=1-2\nIf-Range: " + std::string(kModified)).status, 206);
  EXPECT_EQ(answer("GET\nRange: bytes=1-2\nIf-Range: \"v2\"").status, 200);
  EXPECT_EQ(answer("GET\nRange: bytes=1-2\nIf-Range: W/\"v1\"", 100, "W/\"v1\"").status, 200);
}

TEST(FileAnswer, SaysThatNothingHasChanged) {
  EXPECT_EQ(answer("GET\nIf-None-Match: \"v0\", \"v1\"").status, 304);
  EXPECT_EQ(answer("HEAD\nIf-Modified-Since: " + std::string(kModified)).status, 304);
  EXPECT_EQ(answer("GET\nIf-None-Match: \"v2\"\nIf-Modified-Since: " + std::string(kModified)).status, 200);
  EXPECT_EQ(answer("GET\nIf-None-Match: \"v2\"", 100, "").status, 200);
  EXPECT_EQ(answer("GET\nIf-None-Match: \"v0\"\nIf-None-Match: W/\"v1\"").status, 304);
  EXPECT_EQ(answer("GET\nIf-None-Match: \"v1\"", 100, "W/\"v1\"").status, 304);
  EXPECT_EQ(answer("GET\nIf-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT").status, 304);
  EXPECT_EQ(answer("GET\nIf-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT").status, 200);
  EXPECT_EQ(answer("GET\nIf-Modified-Since: yesterday").status, 200);
}

TEST(FileAnswer, SendsNothingOfAnotherVersion) {
  EXPECT_EQ(answer("GET\nIf-Match: \"v0\"\nRange: bytes=0-9").status, 412);
  EXPECT_EQ(answer("GET\nIf-Match: \"v0\"").count, 0u);
  EXPECT_EQ(answer("GET\nIf-Match: \"v0\", \"v1\"\nRange: bytes=0-9").status, 206);
  EXPECT_EQ(answer("GET\nIf-Match: *").status, 200);
  EXPECT_EQ(answer("GET\nIf-Match: W/\"v1\"").status, 412);
  EXPECT_EQ(answer("GET\nIf-Match: \"v1\"", 100, "W/\"v1\"").status, 412);
  EXPECT_EQ(answer("GET\nIf-Unmodified-Since: Sat, 05 Nov 1994 08:49:37 GMT").status, 412);
  EXPECT_EQ(answer("GET\nIf-Unmodified-Since: " + std::string(kModified)).status, 200);
  EXPECT_EQ(answer("GET\nIf-Match: \"v1\"\nIf-Unmodified-Since: Sat, 05 Nov 1994 08:49:37 GMT").status, 200);
}

}  // namespace
}  // namespace http
