#include "config/cpu_quota.h"

#include <gtest/gtest.h>

#include "config/fake_root.h"

namespace config {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

class CpuQuota : public testing::Test {
 protected:
  void mount_v2(std::string const& group) {
    root_.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    root_.write("proc/self/cgroup", "0::" + group + "\n");
  }
  void mount_v1() {
    root_.write("proc/self/mountinfo",
                "40 35 0:30 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
                "41 35 0:31 / /cg/memory rw - cgroup cgroup rw,memory\n"
                "42 35 0:32 / /cg/cpuset rw - cgroup cgroup rw,cpuset\n");
    root_.write("proc/self/cgroup", "3:cpuset:/\n2:memory:/\n1:cpu,cpuacct:/\n");
  }
  ResourceLimits limits() const { return read_limits(root_.path()); }
  FakeRoot root_;
};

TEST_F(CpuQuota, RoundsTheQuotaOfVersion2Up) {
  mount_v2("/");
  root_.write("sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(limits().quota_cpus, 2u);
}

TEST_F(CpuQuota, KnowsNoQuotaWhenItIsMax) {
  mount_v2("/");
  root_.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  root_.write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(limits(), ResourceLimits{});
}

TEST_F(CpuQuota, TakesTheTightestOfAllAncestors) {
  mount_v2("/pod/app");
  root_.write("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n");
  root_.write("sys/fs/cgroup/pod/cpu.max", "50000 100000\n");
  root_.write("sys/fs/cgroup/cpu.max", "400000 100000\n");
  root_.write("sys/fs/cgroup/pod/memory.max", std::to_string(512 * kMiB));
  root_.write("sys/fs/cgroup/pod/app/memory.high", std::to_string(256 * kMiB));
  EXPECT_EQ(limits().quota_cpus, 1u);
  EXPECT_EQ(limits().memory, 256 * kMiB);
}

TEST_F(CpuQuota, ReadsVersion1) {
  mount_v1();
  root_.write("cg/cpu/cpu.cfs_quota_us", "250000\n");
  root_.write("cg/cpu/cpu.cfs_period_us", "100000\n");
  root_.write("cg/memory/memory.limit_in_bytes", "536870912\n");
  root_.write("cg/cpuset/cpuset.cpus", "0-2,7\n");
  EXPECT_EQ(limits(), (ResourceLimits{.quota_cpus = 3, .cpuset_cpus = 4, .memory = 512 * kMiB}));
}

TEST_F(CpuQuota, KnowsNoQuotaOfVersion1WhenItIsNegative) {
  mount_v1();
  root_.write("cg/cpu/cpu.cfs_quota_us", "-1\n");
  root_.write("cg/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(limits().quota_cpus, std::nullopt);
}

TEST_F(CpuQuota, PrefersTheEffectiveCpuset) {
  mount_v2("/");
  root_.write("sys/fs/cgroup/cpuset.cpus", "\n");
  root_.write("sys/fs/cgroup/cpuset.cpus.effective", "0,2-3\n");
  EXPECT_EQ(limits().cpuset_cpus, 3u);
}

TEST_F(CpuQuota, DoesNotCountMoreMemoryThanTheMachineHas) {
  mount_v1();
  root_.write("cg/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root_.write("proc/meminfo", "MemTotal:        1048576 kB\nMemFree: 1 kB\n");
  EXPECT_EQ(limits().memory, 1024 * kMiB);
}

TEST_F(CpuQuota, PassesOverNonsense) {
  mount_v2("/");
  root_.write("sys/fs/cgroup/cpu.max", "banana\n");
  root_.write("sys/fs/cgroup/cpuset.cpus.effective", "3-1\n");
  root_.write("sys/fs/cgroup/memory.max", "-5\n");
  EXPECT_EQ(limits(), ResourceLimits{});
}

TEST(AutoWorkers, AreTheLeastOfAffinityCpusetAndQuota) {
  EXPECT_EQ(auto_workers(8, {}), 8u);
  EXPECT_EQ(auto_workers(8, {.quota_cpus = 2, .cpuset_cpus = 4, .memory = {}}), 2u);
  EXPECT_EQ(auto_workers(8, {.quota_cpus = 16, .cpuset_cpus = 4, .memory = {}}), 4u);
}

TEST(AutoWorkers, AreLimitedByMemoryButNeverNone) {
  EXPECT_EQ(auto_workers(8, {.quota_cpus = {}, .cpuset_cpus = {}, .memory = 512 * kMiB}), 4u);
  EXPECT_EQ(auto_workers(8, {.quota_cpus = {}, .cpuset_cpus = {}, .memory = 64 * kMiB}), 1u);
}

TEST(AutoWorkers, AreFoundOnThisMachine) {
  auto const machine = Machine::this_one();
  auto const workers = auto_workers(machine);
  EXPECT_GE(workers, 1u);
  EXPECT_LE(workers, machine.affinity);
}

}  // namespace
}  // namespace config
