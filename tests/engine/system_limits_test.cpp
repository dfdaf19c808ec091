#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "penjing/system_info.h"
#include "system/cgroup_limits.h"
#include "system/proc_files.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

// A folder that stands for "/".
class SystemLimits : public testing::Test {
protected:
    SystemLimits()
        : root(fs::path(testing::TempDir()) /
               ("root." + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
        fs::remove_all(root);
    }
    ~SystemLimits() override { fs::remove_all(root); }
    void file(const std::string& path, const std::string& text) const {
        fs::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    }
    fs::path root;
};

TEST_F(SystemLimits, NoControlGroupsNoLimit) {
    EXPECT_FALSE(cgroupAvailableMemory(root));
    EXPECT_FALSE(cgroupProcessors(root));
}

TEST_F(SystemLimits, Version2TakesTheTightestAncestor) {
    file("proc/self/cgroup", "0::/user/job\n");
    file("sys/fs/cgroup/user/job/memory.max", "max\n");
    file("sys/fs/cgroup/user/job/memory.current", "500\n");
    file("sys/fs/cgroup/user/memory.max", "1000\n");
    file("sys/fs/cgroup/user/memory.current", "700\n");
    file("sys/fs/cgroup/user/memory.stat", "anon 600\ninactive_file 50\n");
    EXPECT_EQ(cgroupAvailableMemory(root), 350u);
    file("sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/user/cpu.max", "150000 100000\n");
    EXPECT_EQ(cgroupProcessors(root), 2);
}

TEST_F(SystemLimits, Version1) {
    file("proc/self/cgroup", "12:cpu,cpuacct:/job\n4:memory:/job\n1:name=systemd:/\n");
    file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "4096\n");
    file("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "5000\n");
    file("sys/fs/cgroup/memory/job/memory.stat", "total_inactive_file 1000\n");
    EXPECT_EQ(cgroupAvailableMemory(root), 96u);
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
    EXPECT_FALSE(cgroupProcessors(root));
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "400000\n");
    EXPECT_EQ(cgroupProcessors(root), 4);
}

TEST_F(SystemLimits, UsageAboveTheLimitLeavesNothing) {
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "100");
    file("sys/fs/cgroup/memory.current", "300");
    EXPECT_EQ(cgroupAvailableMemory(root), 0u);
}

TEST_F(SystemLimits, NonsenseIsNoLimit) {
    for (const char* groups : {"", "0::", "garbage", ":::::", "0::/../../../etc\n", "0::/a/../../b\n"}) {
        file("proc/self/cgroup", groups);
        file("sys/fs/cgroup/memory.max", "18446744073709551616");
        file("sys/fs/cgroup/memory.current", "12");
        file("sys/fs/cgroup/cpu.max", "0 0");
        EXPECT_FALSE(cgroupAvailableMemory(root)) << groups;
        EXPECT_FALSE(cgroupProcessors(root)) << groups;
    }
}

TEST(SystemFiles, NumbersAfterKeys) {
    const std::string text = "MemTotal:       100 kB\nMemAvailable:    42 kB\nMem 7\nTail";
    EXPECT_EQ(numberAfterKey(text, "MemAvailable"), 42u);
    EXPECT_EQ(numberAfterKey(text, "Mem"), 7u);
    EXPECT_FALSE(numberAfterKey(text, "Missing"));
    EXPECT_FALSE(numberAfterKey(text, "Tail"));
    EXPECT_FALSE(readSmallFile("/no/such/file"));
}

TEST(SystemFacts, AreSane) {
    const SystemInfo info = systemInfo();
    EXPECT_GE(info.cores, 1);
    ASSERT_FALSE(info.kernelSets.empty());
    EXPECT_EQ(info.kernelSets.back(), "scalar");
    EXPECT_GT(info.totalMemory, 0u);
    EXPECT_GT(info.availableMemory, 0u);
    EXPECT_LE(info.availableMemory, info.totalMemory);
    EXPECT_GT(info.peakResident, 0u);
}

}  // namespace
}  // namespace penjing
