#include "worker/access_lines.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/sys.h"

namespace worker {
namespace {

struct AccessLinesTest : testing::Test {
  std::string written() const { return base::sys::read_file(path).value_or(""); }

  std::string path = testing::TempDir() + "access_lines." + std::to_string(::getpid());
  logging::Log log = logging::Log::open({.access_path = path}).value();
  AccessLines lines{log};

  ~AccessLinesTest() override { ::unlink(path.c_str()); }
};

TEST_F(AccessLinesTest, GoOutTogetherAndInOrder) {
  lines.add("one");
  lines.add("two");
  EXPECT_EQ(written(), "");
  lines.flush();
  lines.flush();
  lines.add("three");
  lines.flush();
  EXPECT_EQ(written(), "one\ntwo\nthree\n");
}

TEST_F(AccessLinesTest, GoOutBeforeTheyAreMoreThanAPipeTakesWhole) {
  std::string const line(1000, 'x');
  for (int i = 0; i < 5; ++i) lines.add(line);
  EXPECT_EQ(std::ranges::count(written(), '\n'), 4);
  lines.flush();
  EXPECT_EQ(std::ranges::count(written(), '\n'), 5);
}

TEST_F(AccessLinesTest, LineThatIsLongerByItselfGoesWhole) {
  std::string const line(10'000, 'x');
  lines.add("before");
  lines.add(line);
  lines.flush();
  EXPECT_EQ(written(), "before\n" + line + "\n");
}

// Nobody reads: every line counts as dropped.
TEST(AccessLinesDropTest, EachIsCounted) {
  auto log = logging::Log::open({.access_path = "/dev/full"}).value();
  std::atomic<std::uint64_t> dropped = 0;
  log.count_drops_in(dropped);
  AccessLines lines(log);
  lines.add("one");
  lines.add("two");
  lines.flush();
  EXPECT_EQ(dropped, 2u);
}

}  // namespace
}  // namespace worker
