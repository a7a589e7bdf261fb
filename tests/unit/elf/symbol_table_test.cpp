#include "elf/symbol_table.h"

#include <gtest/gtest.h>

namespace elf {
namespace {

// Values of the System V ABI's and of GNU's hash as other tools compute them.
TEST(Name, IsHashedAsLinkersDo) {
  EXPECT_EQ(Name("").gnu_hash(), 5381u);
  EXPECT_EQ(Name("printf").gnu_hash(), 0x156b2bb8u);
  EXPECT_EQ(Name("").system_v_hash(), 0u);
  EXPECT_EQ(Name("printf").system_v_hash(), 0x077905a6u);
}

}  // namespace
}  // namespace elf
