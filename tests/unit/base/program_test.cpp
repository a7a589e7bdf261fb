#include "base/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "base/sys.h"

namespace {

constexpr std::size_t kPage = 65536;  // the largest that a machine of ours has

constexpr auto constants = [] {
  std::array<std::uint8_t, 4 * kPage> bytes{};
  bytes[2 * kPage] = 7;
  return bytes;
}();

// Bit 63 of the page's entry in /proc/self/pagemap (Documentation/admin-guide/mm/pagemap.rst).
bool is_mapped(void const volatile* address) {
  auto const pages = base::sys::open("/proc/self/pagemap", O_RDONLY);
  EXPECT_TRUE(pages);
  auto const page = reinterpret_cast<std::uintptr_t>(address) / static_cast<std::uintptr_t>(::getpagesize());
  std::uint64_t entry = 0;
  EXPECT_EQ(::pread(pages->get(), &entry, sizeof entry, static_cast<off_t>(page * sizeof entry)), sizeof entry);
  return (entry >> 63) != 0;
}

TEST(ProgramTest, PagesThatAreForgottenComeBackAsTheyWere) {
  std::uint8_t const volatile* const constant = &constants[2 * kPage];
  ASSERT_EQ(*constant, 7);
  ASSERT_TRUE(is_mapped(constant));
  base::forget_program_pages();
  EXPECT_FALSE(is_mapped(constant));
  EXPECT_EQ(*constant, 7);
  EXPECT_TRUE(is_mapped(constant));
}

}  // namespace
