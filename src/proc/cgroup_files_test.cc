#include "proc/cgroup_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "proc/cgroup_delegation.h"

namespace sennit::proc {
namespace {

// Files as the kernel would show them.
class CgroupFiles : public ::testing::Test {
 protected:
  CgroupFiles() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-cgroup-XXXXXX";
    root_ = ::mkdtemp(name.data());
  }
  ~CgroupFiles() override { std::filesystem::remove_all(root_); }

  void put(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + "/" + file).parent_path());
    std::ofstream(root_ + "/" + file) << text;
  }
  // A cgroup that hands on `controllers`, with somebody else in it.
  void put_cgroup(const std::string& path, const std::string& controllers) const {
    put(path + "/cgroup.procs", "1\n");
    put(path + "/cgroup.type", "domain\n");
    put(path + "/cgroup.controllers", "cpu memory\n");
    put(path + "/cgroup.subtree_control", controllers + "\n");
  }

  std::string root_;
};

TEST_F(CgroupFiles, NumbersAreFoundAloneAndBehindTheirWord) {
  put("memory.peak", "4096\n");
  put("memory.events", "low 0\nmax 3\noom 1\noom_kill 2\n");
  put("memory.max", "max\n");
  const UniqueFd directory = open_directory(root_);
  EXPECT_EQ(number_at(directory.get(), "memory.peak"), 4096U);
  EXPECT_EQ(number_at(directory.get(), "memory.events", "oom"), 1U);
  EXPECT_EQ(number_at(directory.get(), "memory.events", "oom_kill"), 2U);
  EXPECT_EQ(number_at(directory.get(), "memory.events", "kill"), std::nullopt);
  EXPECT_EQ(number_at(directory.get(), "memory.max"), std::nullopt);
  EXPECT_EQ(number_at(directory.get(), "none"), std::nullopt);
}

TEST_F(CgroupFiles, WordsAreWhole) {
  EXPECT_TRUE(lists_word("cpu memory pids\n", "memory"));
  EXPECT_TRUE(lists_word("cpu memory pids\n", "pids"));
  EXPECT_FALSE(lists_word("cpuset memory\n", "cpu"));
  EXPECT_FALSE(lists_word("", "cpu"));
}

TEST_F(CgroupFiles, MembersOfOtherNamespacesAreLeftOut) {
  put("cgroup.procs", "12\n0\n345\n");
  EXPECT_EQ(members_at(open_directory(root_).get()), (std::vector<pid_t>{12, 345}));
}

TEST_F(CgroupFiles, TheNearestCgroupThatHandsMemoryOnIsUsed) {
  put_cgroup("", "cpu memory");
  put_cgroup("/slice", "memory");
  put_cgroup("/slice/inner", "");
  put_cgroup("/slice/inner/scope", "");
  const auto found = find_delegation({root_, root_ + "/slice/inner/scope"}, "home");
  ASSERT_TRUE(found.ok()) << found.error().message();
  EXPECT_EQ(found->directory, root_ + "/slice");
  EXPECT_TRUE(found->memory);
  EXPECT_FALSE(found->cpu);
  EXPECT_FALSE(std::filesystem::exists(root_ + "/slice/inner/scope/home")) << "somebody else runs there";
}

TEST_F(CgroupFiles, WhoHasMovedDownBeforeUsesTheCgroupAbove) {
  put_cgroup("", "cpu memory");
  put_cgroup("/unit", "cpu memory");
  put_cgroup("/unit/home", "");
  put("unit/home/cgroup.procs", "");
  const auto found = find_delegation({root_, root_ + "/unit/home"}, "home");
  ASSERT_TRUE(found.ok()) << found.error().message();
  EXPECT_EQ(found->directory, root_ + "/unit");
  EXPECT_FALSE(std::filesystem::exists(root_ + "/unit/home/home"));
}

TEST_F(CgroupFiles, NobodyLeavesACgroupThatHasALimit) {
  put_cgroup("", "cpu memory");
  put_cgroup("/unit", "");
  put("unit/memory.max", "1073741824\n");
  const auto found = find_delegation({root_, root_ + "/unit"}, "home");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(found.error().message().starts_with("the cgroup " + root_ + "/unit has a limit of its own; "));
}

TEST_F(CgroupFiles, WithoutDelegationItIsSaidHowToGetIt) {
  put_cgroup("", "");
  put_cgroup("/unit", "");
  const auto found = find_delegation({root_, root_ + "/unit"}, "home");
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message().find("Delegate=yes"), std::string::npos) << found.error().message();
}

}  // namespace
}  // namespace sennit::proc
