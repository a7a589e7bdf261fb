#include "base/units.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(ByteSize, IsReadWithAndWithoutAUnit) {
  EXPECT_EQ(parse_byte_size("0"), ByteSize{0});
  EXPECT_EQ(parse_byte_size(" 1500 "), ByteSize{1500});
  EXPECT_EQ(parse_byte_size("10k"), ByteSize{10 << 10});
  EXPECT_EQ(parse_byte_size("10 MB"), ByteSize{10 << 20});
  EXPECT_EQ(parse_byte_size("2GiB"), ByteSize{2ull << 30});
  EXPECT_EQ(parse_byte_size("1t"), ByteSize{1ull << 40});
}

TEST(ByteSize, IsNothingElse) {
  for (auto const* text : {"", "k", "-1", "1.5M", "1e3", "1 0", "1kk", "1Mi", "1x", "0x10", "99999999T"})
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace base
