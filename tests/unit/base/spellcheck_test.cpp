#include "base/spellcheck.h"

#include <gtest/gtest.h>

#include <array>

namespace base {
namespace {

constexpr std::array<std::string_view, 3> kNames{"workers", "worker_class", "threads"};

TEST(Spellcheck, FindsTheNameOneEditAway) {
  EXPECT_EQ(nearest("wrokers", kNames), "workers");
}
TEST(Spellcheck, FindsNothingForAStranger) {
  EXPECT_EQ(nearest("banana", kNames), std::nullopt);
}
TEST(Spellcheck, PrefersTheNearerOfTwo) {
  EXPECT_EQ(nearest("worker_clas", kNames), "worker_class");
}

}  // namespace
}  // namespace base
