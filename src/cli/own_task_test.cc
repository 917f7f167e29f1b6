#include "cli/own_task.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sennit::cli {
namespace {

class OwnTaskTest : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    ::unsetenv("SENNIT_WORKFLOW_ID");
    ::unsetenv("SENNIT_TASK");
  }
};

TEST_F(OwnTaskTest, IsTheOneThatTheVariablesName) {
  ::setenv("SENNIT_WORKFLOW_ID", "flow-3", 1);
  ::setenv("SENNIT_TASK", "train", 1);
  const std::optional<OwnTask> own = own_task();
  ASSERT_TRUE(own);
  EXPECT_EQ(own->workflow, "flow-3");
  EXPECT_EQ(own->task, "train");
}

TEST_F(OwnTaskTest, IsNobodyOutsideOfOne) {
  EXPECT_FALSE(own_task());
  ::setenv("SENNIT_WORKFLOW_ID", "flow-3", 1);
  EXPECT_FALSE(own_task()) << "half of it names no task";
  ::setenv("SENNIT_TASK", "", 1);
  EXPECT_FALSE(own_task());
}

}  // namespace
}  // namespace sennit::cli
