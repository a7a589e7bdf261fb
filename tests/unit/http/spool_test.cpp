#include "http/spool.h"

#include <fcntl.h>
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

// The inode tells files without a name apart.
ino_t identity(Spool::File const& file) {
  struct stat facts{};
  EXPECT_EQ(::fstat(file.get(), &facts), 0);
  return facts.st_ino;
}

std::string content(Spool::File const& file, std::size_t size) {
  std::string bytes(size, '\0');
  EXPECT_EQ(::pread(file.get(), bytes.data(), size, 0), static_cast<ssize_t>(size));
  return bytes;
}

TEST_F(SpoolTest, FileThatWasKeptIsOverwrittenFromItsStart) {
  Spool spool({.chosen = {}, .directories = {folder}});
  auto first = spool.open();
  ASSERT_TRUE(first->write("a body of some length"));
  auto const same = identity(*first);
  spool.keep(std::move(*first));
  auto second = spool.open();
  EXPECT_EQ(identity(*second), same);
  ASSERT_TRUE(second->write("an"));
  ASSERT_TRUE(second->write("other"));
  EXPECT_EQ(content(*second, 7), "another");
  EXPECT_NE(identity(*spool.open()), same);
}

TEST_F(SpoolTest, KeepsFilesUpToTheirLimit) {
  Spool spool({.chosen = {}, .directories = {folder}, .in_memory = 0, .kept = 10});
  auto one = spool.open(), other = spool.open();
  ASSERT_TRUE(one->write("six by") && other->write("five b"));
  auto const first = identity(*one);
  spool.keep(std::move(*one));
  spool.keep(std::move(*other));
  auto const again = spool.open();
  EXPECT_EQ(identity(*again), first);
  EXPECT_NE(identity(*spool.open()), first);
}

TEST_F(SpoolTest, LetsGoOfAFileThatNobodyWantedBetweenTwoCalls) {
  Spool spool({.chosen = {}, .directories = {folder}});
  auto file = spool.open();
  ASSERT_TRUE(file->write("x"));
  int const descriptor = file->get();
  spool.keep(std::move(*file));
  spool.tidy();
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), FD_CLOEXEC);
  spool.tidy();
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
}

TEST_F(SpoolTest, DoesNotKeepAFileInMemory) {
  Spool spool(only(missing));
  auto file = spool.open();
  ASSERT_TRUE(file->write("x"));
  int const descriptor = file->get();
  spool.keep(std::move(*file));
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
}

TEST(Spool, CountsFilesOfATmpfsThatNobodyHasChosenAsMemory) {
  std::string const tmpfs = "/dev/shm";
  Spool spool({.chosen = {}, .directories = {tmpfs}, .in_tmpfs = 100});
  auto file = spool.open().value();
  EXPECT_TRUE(file.write(std::string(90, 'x')));
  auto const refused = file.write(std::string(20, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("/dev/shm is in memory (tmpfs)")) << refused.error().message();
  Spool chosen({.chosen = tmpfs, .directories = {}, .in_tmpfs = 100});
  EXPECT_TRUE(chosen.open().value().write(std::string(200, 'x')));
}

}  // namespace
}  // namespace http
