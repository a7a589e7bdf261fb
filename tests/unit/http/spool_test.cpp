#include "http/spool.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace http {
namespace {

struct SpoolTest : testing::Test {
  SpoolTest() { folder = ::mkdtemp(name); }
  ~SpoolTest() override { std::filesystem::remove_all(folder); }

  static SpoolOptions only(std::string directory) {
    return {.chosen = {}, .directories = {std::move(directory)}, .in_memory = 100};
  }

  dev_t device_of(int file) const {
    struct stat facts{};
    return ::fstat(file, &facts) == 0 ? facts.st_dev : 0;
  }

  char name[32] = "/tmp/spool_test.XXXXXX";
  std::string folder;
  std::string const missing = "/nonexistent/folder";
};

TEST_F(SpoolTest, TakesTheFirstDirectoryThatTakesAFile) {
  Spool spool({.chosen = missing, .directories = {missing, folder}, .in_memory = 0});
  auto file = spool.open();
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->write("more than memory may hold"));
  struct stat facts{};
  ASSERT_EQ(::stat(folder.c_str(), &facts), 0);
  EXPECT_EQ(device_of(file->get()), facts.st_dev);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(SpoolTest, WithoutADirectoryKeepsAllFilesTogetherWithinTheLimit) {
  Spool spool(only(missing));
  auto one = spool.open(), other = spool.open();
  EXPECT_TRUE(one->write(std::string(60, 'x')));
  EXPECT_TRUE(other->write(std::string(40, 'x')));
  auto const refused = other->write("x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ENOMEM);
  EXPECT_NE(refused.error().message().find("/nonexistent/folder"), std::string::npos) << refused.error().message();
  EXPECT_NE(refused.error().message().find("tmp_upload_dir"), std::string::npos);
}

TEST_F(SpoolTest, MemoryOfAFileThatIsGoneIsFreeAgain) {
  Spool spool(only(missing));
  {
    auto file = spool.open();
    EXPECT_TRUE(file->write(std::string(100, 'x')));
    Spool::File const moved = std::move(*file);
  }
  EXPECT_TRUE(spool.open()->write(std::string(100, 'x')));
}

TEST_F(SpoolTest, PutsADirectoryInMemoryBehindOneThatIsNot) {
  struct stat shared{}, own{};
  if (::stat("/dev/shm", &shared) != 0) GTEST_SKIP() << "no /dev/shm";
  ASSERT_EQ(::stat(folder.c_str(), &own), 0);
  if (shared.st_dev == own.st_dev) GTEST_SKIP() << "/tmp and /dev/shm are one";
  EXPECT_EQ(device_of(Spool({{}, {"/dev/shm", folder}, 0}).open()->get()), own.st_dev);
  EXPECT_EQ(device_of(Spool({"/dev/shm", {folder}, 0}).open()->get()), shared.st_dev);
}

}  // namespace
}  // namespace http
