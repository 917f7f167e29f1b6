#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

TEST(ExitCodeOf, EveryWayAWorkflowEnds) {
  struct Case {
    const char* status;
    ExitCode code;
  };
  for (const auto& [status, code] :
       {Case{"COMPLETED", ExitCode::kCompleted}, Case{"FAILED", ExitCode::kFailed},
        Case{"FAILED_SUBMISSION", ExitCode::kUsage}, Case{"FAILED_CANCELED", ExitCode::kCancelled},
        Case{"FAILED_EXEC_TIMEOUT", ExitCode::kTimedOut}, Case{"FAILED_QUEUE_TIMEOUT", ExitCode::kTimedOut},
        Case{"FAILED_START_TIMEOUT", ExitCode::kTimedOut}, Case{"FAILED_SERVER_ERROR", ExitCode::kUnreachable},
        Case{"FAILED_BACKEND_ERROR", ExitCode::kFailed}, Case{"FAILED_OF_A_NEWER_RELEASE", ExitCode::kFailed}}) {
    EXPECT_EQ(exit_code_of_status(status), code) << status;
  }
}

TEST(ExitCodeOf, Errors) {
  EXPECT_EQ(exit_code_of(ErrorCode::kInvalid), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of(ErrorCode::kNotFound), ExitCode::kUsage);
  EXPECT_EQ(exit_code_of(ErrorCode::kConflict), ExitCode::kFailed);
  EXPECT_EQ(exit_code_of(ErrorCode::kCancelled), ExitCode::kCancelled);
  EXPECT_EQ(exit_code_of(ErrorCode::kUnavailable), ExitCode::kUnreachable);
  EXPECT_EQ(exit_code_of(ErrorCode::kExhausted), ExitCode::kUnreachable);
}

TEST(ExitCodeOf, TheNumbersAreAPromise) {
  EXPECT_EQ(static_cast<int>(ExitCode::kCompleted), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::kFailed), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::kUsage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::kCancelled), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::kTimedOut), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::kUnreachable), 10);
}

}  // namespace
}  // namespace sennit::cli
