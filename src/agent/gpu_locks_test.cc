#include "agent/gpu_locks.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace sennit::agent {
namespace {

class GpuLocksTest : public ::testing::Test {
 protected:
  GpuLocksTest() {
    std::string name = ::testing::TempDir() + "/sennit-locks-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~GpuLocksTest() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
};

TEST_F(GpuLocksTest, AnotherServersDeviceIsNotLeased) {
  GpuLocks ours(directory_);
  GpuLocks theirs(directory_);
  const GpuLease held = ours.lease(GpuSet::first(2)).value();
  EXPECT_EQ(held.size(), 2U);
  const Result<GpuLease> refused = theirs.lease(GpuSet::from_bits(0b110));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message(), "GPU 1 is in use by another Sennit server of this host");
  EXPECT_TRUE(theirs.lease(GpuSet::from_bits(0b100)).ok()) << "what it got of the refused request is free again";
}

TEST_F(GpuLocksTest, TasksOfOneServerShareADeviceUntilTheLastHasEnded) {
  GpuLocks ours(directory_);
  GpuLocks theirs(directory_);
  Result<GpuLease> first = ours.lease(GpuSet::first(1));
  Result<GpuLease> second = ours.lease(GpuSet::first(1));
  ASSERT_TRUE(first.ok() && second.ok());
  first->clear();
  EXPECT_FALSE(theirs.lease(GpuSet::first(1)).ok());
  second->clear();
  EXPECT_TRUE(theirs.lease(GpuSet::first(1)).ok());
}

}  // namespace
}  // namespace sennit::agent
