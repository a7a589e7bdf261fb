#include "base/file_stamps.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/directory_watch.h"

namespace base {
namespace {

using namespace std::chrono_literals;

struct FileStampsTest : testing::Test {
  FileStampsTest() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    write("a", "1");
  }
  ~FileStampsTest() override { std::filesystem::remove_all(folder); }

  std::string write(std::string const& name, std::string const& text) const {
    std::ofstream(folder + name) << text;
    return folder + name;
  }

  std::string folder = testing::TempDir() + "stamps." + std::to_string(::getpid()) + "/";
  WallTime later = wall_now() + 1h;
  FileStamps stamps{later};
};

TEST_F(FileStampsTest, TellsWhichFileChanged) {
  auto const b = write("b", "1");
  FileStamps::Watched const watched{{folder + "a", b}};
  EXPECT_EQ(stamps.changed(watched), std::nullopt);
  EXPECT_EQ(stamps.changed(watched), std::nullopt);
  write("b", "12");
  EXPECT_EQ(stamps.changed(watched), b);
}

TEST_F(FileStampsTest, FileThatWasReplacedHasChangedWhateverItsTimeAndSize) {
  FileStamps::Watched const watched{{folder + "a"}};
  EXPECT_EQ(stamps.changed(watched), std::nullopt);
  auto const time = std::filesystem::last_write_time(folder + "a");
  auto const other = write("other", "2");
  std::filesystem::last_write_time(other, time);
  std::filesystem::rename(other, folder + "a");
  EXPECT_EQ(stamps.changed(watched), folder + "a");
}

TEST_F(FileStampsTest, FileThatHasGoneIsWaitedFor) {
  FileStamps::Watched const watched{{folder + "a"}};
  EXPECT_EQ(stamps.changed(watched), std::nullopt);
  std::filesystem::remove(folder + "a");
  EXPECT_EQ(stamps.changed(watched), std::nullopt);
  write("a", "back again");
  EXPECT_EQ(stamps.changed(watched), folder + "a");
}

TEST_F(FileStampsTest, AdditionIsNewsOnlyWhereItWasAskedFor) {
  FileStamps since_now(FileStamps::beginning());
  EXPECT_EQ(since_now.changed({{folder + "a"}}), std::nullopt);
  auto const b = write("b", "1"), c = write("c", "1");
  EXPECT_EQ(since_now.changed({{folder + "a", b}}), std::nullopt);
  EXPECT_EQ(since_now.changed({{folder + "a", b, c}, true}), c);
}

TEST_F(FileStampsTest, FileThatWasThereBeforeIsNoAddition) {
  auto const b = write("b", "1");
  FileStamps since_now(FileStamps::beginning());
  EXPECT_EQ(since_now.changed({{folder + "a"}, true}), std::nullopt);
  EXPECT_EQ(since_now.changed({{folder + "a", b}, true}), std::nullopt);
  write("b", "12");
  EXPECT_EQ(since_now.changed({{folder + "a", b}, true}), b);
}

TEST_F(FileStampsTest, ChangeBeforeTheFirstLookCounts) {
  FileStamps since_long_ago(wall_now() - 1h);
  EXPECT_EQ(since_long_ago.changed({{folder + "a"}}), folder + "a");
}

TEST_F(FileStampsTest, FileOfOldThatWasPutInPlaceBeforeTheFirstLookCounts) {
  std::filesystem::last_write_time(folder + "a", std::filesystem::file_time_type::clock::now() - 2h);
  FileStamps since_an_hour(wall_now() - 1h);
  EXPECT_EQ(since_an_hour.changed({{folder + "a"}}), folder + "a");
}

TEST_F(FileStampsTest, BeginningDividesWhatWasChangedBeforeFromWhatIsChangedAfter) {
  for (int round = 0; round < 20; ++round) {
    auto const before = write("before", "1");
    FileStamps divided(FileStamps::beginning());
    EXPECT_EQ(divided.changed({{before}}), std::nullopt);
    auto const after = write("after", "1");
    FileStamps again(FileStamps::beginning());
    EXPECT_EQ(again.changed({{before, after}}), std::nullopt);
  }
  FileStamps divided(FileStamps::beginning());
  auto const after = write("after", "2");
  EXPECT_EQ(divided.changed({{after}}), after);
}

TEST_F(FileStampsTest, DirectoryWatchWakesForAFileThatWasWrittenOrPutInPlace) {
  auto watch = DirectoryWatch::create().value();
  ASSERT_TRUE(watch.add(folder));
  ASSERT_TRUE(watch.add(folder));
  auto const is_readable = [&] {
    pollfd asked{.fd = watch.descriptor(), .events = POLLIN, .revents = 0};
    return sys::poll({&asked, 1}, Duration::zero()).value();
  };
  EXPECT_FALSE(is_readable());
  write("a", "2");
  EXPECT_TRUE(is_readable());
  watch.clear();
  EXPECT_FALSE(is_readable());
  std::filesystem::rename(folder + "a", folder + "b");
  EXPECT_TRUE(is_readable());
  EXPECT_FALSE(watch.add(folder + "nosuch"));
}

}  // namespace
}  // namespace base
