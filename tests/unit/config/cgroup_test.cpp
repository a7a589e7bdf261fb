#include "config/cgroup.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace config {
namespace {

using Directories = std::vector<std::string>;

class Cgroup : public testing::Test {
 protected:
  Directories directories(std::string_view controller) const {
    auto found = cgroup_directories(root_.path(), controller);
    for (auto& directory : found) directory.erase(0, root_.path().size());
    return found;
  }
  FakeRoot root_;
};

TEST_F(Cgroup, WalksUpToTheMountInVersion2) {
  root_.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n");
  root_.write("proc/self/cgroup", "0::/user.slice/app.service\n");
  EXPECT_EQ(directories("cpu"),
            (Directories{"/sys/fs/cgroup/user.slice/app.service", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}));
}

TEST_F(Cgroup, SeesOnlyTheMountInANamespaceOfItsOwn) {
  root_.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  root_.write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(directories("memory"), (Directories{"/sys/fs/cgroup"}));
}

TEST_F(Cgroup, TakesOffTheMountsOwnGroupInVersion1) {
  root_.write("proc/self/mountinfo",
              "40 35 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
              "41 35 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  root_.write("proc/self/cgroup", "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc/inner\n");
  EXPECT_EQ(directories("cpu"), (Directories{"/sys/fs/cgroup/cpu,cpuacct"}));
  EXPECT_EQ(directories("memory"), (Directories{"/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory"}));
  EXPECT_EQ(directories("cpuset"), Directories{});
}

TEST_F(Cgroup, FallsBackToTheMountForAGroupOutsideOfIt) {
  root_.write("proc/self/mountinfo", "40 35 0:30 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
  root_.write("proc/self/cgroup", "5:cpu:/docker/abcdef\n0::/../other\n");
  EXPECT_EQ(directories("cpu"), (Directories{"/sys/fs/cgroup/cpu"}));
}

TEST_F(Cgroup, ReadsBothVersionsOfAHybridSystem) {
  root_.write("proc/self/mountinfo",
              "40 35 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
              "41 35 0:31 / /sys/fs/cgroup/cpu\\040set rw - cgroup cgroup rw,cpu\n");
  root_.write("proc/self/cgroup", "5:cpu:/a\n0::/b\n");
  EXPECT_EQ(directories("cpu"), (Directories{"/sys/fs/cgroup/unified/b", "/sys/fs/cgroup/unified",
                                             "/sys/fs/cgroup/cpu set/a", "/sys/fs/cgroup/cpu set"}));
}

TEST_F(Cgroup, FindsNothingWithoutProc) {
  EXPECT_EQ(directories("cpu"), Directories{});
}

}  // namespace
}  // namespace config
