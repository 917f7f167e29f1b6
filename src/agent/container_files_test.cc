#include "agent/container_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "agent/whole_file.h"

namespace sennit::agent {
namespace {

namespace fs = std::filesystem;

class ContainerFilesTest : public testing::Test {
 protected:
  ContainerFilesTest() {
    std::string name = fs::temp_directory_path() / "sennit-files-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    context_.key = WorkflowKey(2);
    context_.id = "flow-1";
    context_.runs_dir = dir_ + "/runs";
    order_.attempt = {InstanceId(static_cast<std::uint64_t>(::getpid()) << 20 | 7), WorkflowKey(2), TaskIndex(3), 0};
    order_.task = "train";
    order_.credentials["hub"].payload = {{"key", "secret"}};
  }
  ~ContainerFilesTest() override { fs::remove_all(dir_); }

  ContainerFiles files() const { return {order_.attempt.instance, dir_}; }
  static unsigned mode_of(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
  }

  std::string dir_;
  WorkflowContext context_;
  StartOrder order_;
};

TEST_F(ContainerFilesTest, TheNextAgentFindsTheOrder) {
  EXPECT_FALSE(files().has_been_used());
  const Result<std::string> directory = files().keep(context_, order_, "/run/x.sock");
  ASSERT_TRUE(directory.ok()) << directory.error().message();
  EXPECT_TRUE(files().has_been_used());
  EXPECT_TRUE(files().has(order_.attempt));
  const std::vector<ContainerFiles::Kept> kept = files().all();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.front().directory, *directory);
  EXPECT_EQ(kept.front().frames.start.credentials, order_.credentials);
  EXPECT_EQ(*read_whole(*directory + kEngineFile), "/run/x.sock");
}

TEST_F(ContainerFilesTest, NobodyElseReadsItAndNothingStays) {
  const std::string directory = files().keep(context_, order_, "x").value();
  EXPECT_EQ(mode_of(directory), 0700U);
  EXPECT_EQ(mode_of(fs::path(directory).parent_path()), 0700U);
  EXPECT_EQ(mode_of(directory + kOrderFile), 0600U);
  ContainerFiles::remove(directory);
  EXPECT_FALSE(files().has(order_.attempt));
  EXPECT_FALSE(fs::exists(fs::path(directory).parent_path()));
}

TEST_F(ContainerFilesTest, ANewCommandForgetsTheCourseOfTheOneBefore) {
  const std::string attempt = context_.runs_dir + "/train/0";
  fs::create_directories(attempt);
  for (const char* file : {"/log", "/log.course", "/log.taken"}) std::ofstream(attempt + file) << "x";
  const std::string directory = files().keep(context_, order_, "x").value();
  EXPECT_TRUE(fs::exists(attempt + "/log"));
  EXPECT_FALSE(fs::exists(attempt + "/log.course"));
  EXPECT_FALSE(fs::exists(attempt + "/log.taken"));
  ContainerFiles::remove(directory);
}

TEST_F(ContainerFilesTest, WhatIsNoOrderIsPassedOver) {
  const std::string directory = files().keep(context_, order_, "x").value();
  std::ofstream(directory + kOrderFile) << "not frames";
  EXPECT_TRUE(files().all().empty());
  ContainerFiles::remove(directory);
}

}  // namespace
}  // namespace sennit::agent
