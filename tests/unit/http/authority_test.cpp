#include "http/authority.h"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(Authority, IsTakenApart) {
  auto const parsed = Authority::parse("example.org:8080");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->host, "example.org");
  EXPECT_EQ(parsed->port, "8080");
  EXPECT_EQ(Authority::parse("[::1]:80")->host, "[::1]");
  EXPECT_EQ(Authority::parse("[::1]")->port, std::nullopt);
  EXPECT_EQ(Authority::parse("")->host, "");
}

TEST(Authority, KnowsAValidPort) {
  EXPECT_TRUE(Authority::parse("a:1")->has_valid_port());
  EXPECT_TRUE(Authority::parse("a:65535")->has_valid_port());
  for (auto const* text : {"a", "a:", "a:0", "a:65536", "a:99999999999999999999"})
    EXPECT_FALSE(Authority::parse(text)->has_valid_port()) << text;
}

TEST(Authority, IsNothingElse) {
  for (auto const* text :
       {"u@a", "a/b", "a b", "a:b", "a:1:2", "::1", "[::1", "[a]", "[::1]x", "a\x80", "%", "%4", "%4g"})
    EXPECT_FALSE(Authority::parse(text)) << text;
}

}  // namespace
}  // namespace http
