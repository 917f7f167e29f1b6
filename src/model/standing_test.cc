#include "model/standing.h"

#include <gtest/gtest.h>

#include <string>

#include "model/status.h"

namespace sennit {
namespace {

TEST(StandingOf, EveryStatusOfATaskHasItsKind) {
  for (int i = 0; i < kStatusCount; ++i) {
    const auto status = static_cast<Status>(i);
    const Standing standing = standing_of(to_string(status));
    EXPECT_EQ(is_over(standing), is_group_finished(status)) << to_string(status);
    EXPECT_EQ(standing == Standing::kRunning, status == Status::kRunning) << to_string(status);
    EXPECT_EQ(standing == Standing::kFailed || standing == Standing::kCanceled, is_failed(status)) << to_string(status);
  }
}

TEST(StandingOf, EveryStatusOfAWorkflowHasItsKind) {
  for (int i = 0; i < kWorkflowStatusCount; ++i) {
    const auto status = static_cast<WorkflowStatus>(i);
    EXPECT_EQ(is_over(standing_of(to_string(status))), is_finished(status)) << to_string(status);
  }
}

TEST(StandingOf, WhatIsMadeToStartDoesNotRunYet) {
  EXPECT_EQ(standing_of("INITIALIZING"), Standing::kReady);
  EXPECT_EQ(standing_of("SCHEDULING"), Standing::kReady);
  EXPECT_EQ(standing_of("WAITING"), Standing::kWaiting);
}

TEST(StandingOf, NotEveryFailureIsTheTasksOwn) {
  EXPECT_EQ(standing_of("FAILED_EXEC_TIMEOUT"), Standing::kFailed);
  EXPECT_EQ(standing_of("FAILED_UPSTREAM"), Standing::kCanceled);
  EXPECT_EQ(standing_of("FAILED_CANCELED"), Standing::kCanceled);
  EXPECT_EQ(standing_of("FAILED_BY_SOMETHING_NEW"), Standing::kFailed);
  EXPECT_EQ(standing_of("?"), Standing::kWaiting);
}

}  // namespace
}  // namespace sennit
