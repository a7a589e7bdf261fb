#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace base {
namespace {

TEST(TextTest, GrowsWithWhatIsAdded) {
  Text text;
  EXPECT_TRUE(text.empty());
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    text.add("piece").add('/').add("");
    expected += "piece/";
  }
  EXPECT_EQ(text.view(), expected);
}

TEST(TextTest, BeginsAnew) {
  Text text;
  text.add("old").clear();
  text.add("new");
  EXPECT_EQ(text.view(), "new");
}

TEST(TextTest, TakesSomethingInAndOut) {
  Text text;
  text.add("abcdef");
  text.insert(2, 3, '.');
  EXPECT_EQ(text.view(), "ab...cdef");
  text.insert(text.size(), 2, ' ');
  EXPECT_EQ(text.view(), "ab...cdef  ");
  text.erase(0, 5);
  text.shrink_to(3);
  EXPECT_EQ(text.view(), "cde");
}

}  // namespace
}  // namespace base
