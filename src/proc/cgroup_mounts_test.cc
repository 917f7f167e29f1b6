#include "proc/cgroup_mounts.h"

#include <gtest/gtest.h>

namespace sennit::proc {
namespace {

constexpr std::string_view kHybrid =
    "24 1 0:22 / /sys/fs/cgroup rw shared:9 - tmpfs tmpfs rw,mode=755\n"
    "30 24 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw\n"
    "33 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "34 24 0:30 /docker/3f9c /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";

TEST(CgroupMounts, EachHierarchyIsFoundByItsController) {
  const std::string_view groups = "9:cpu,cpuacct:/batch\n4:memory:/docker/3f9c/job\n0::/user.slice/session-1.scope\n";
  const auto unified = cgroup_place("", kHybrid, groups);
  ASSERT_TRUE(unified.has_value());
  EXPECT_EQ(unified->own, "/sys/fs/cgroup/unified/user.slice/session-1.scope");
  const auto cpu = cgroup_place("cpu", kHybrid, groups);
  ASSERT_TRUE(cpu.has_value());
  EXPECT_EQ(cpu->own, "/sys/fs/cgroup/cpu,cpuacct/batch");
  EXPECT_FALSE(cgroup_place("pids", kHybrid, groups).has_value());
}

TEST(CgroupMounts, WhatAContainerSeesBeginsAtItsOwnRoot) {
  const auto inside = cgroup_place("memory", kHybrid, "4:memory:/docker/3f9c/job\n");
  ASSERT_TRUE(inside.has_value());
  EXPECT_EQ(inside->own, "/sys/fs/cgroup/memory/job");
  EXPECT_EQ(cgroup_place("memory", kHybrid, "4:memory:/docker/3f9c\n")->own, "/sys/fs/cgroup/memory");
  EXPECT_FALSE(cgroup_place("memory", kHybrid, "4:memory:/docker/3f9cd\n").has_value());
  EXPECT_FALSE(cgroup_place("memory", kHybrid, "4:memory:/elsewhere\n").has_value());
}

TEST(CgroupMounts, ACgroupThatWasRemovedIsNone) {
  EXPECT_FALSE(cgroup_place("", kHybrid, "0::/gone (deleted)\n").has_value());
}

TEST(CgroupMounts, DirectoriesGoUpToTheMount) {
  const CgroupPlace place{"/m", "/m/a/b"};
  EXPECT_EQ(place.directories(), (std::vector<std::string>{"/m/a/b", "/m/a", "/m"}));
  EXPECT_EQ((CgroupPlace{"/m", "/m"}).directories(), std::vector<std::string>{"/m"});
}

}  // namespace
}  // namespace sennit::proc
