#include "cli/exit_code.h"

namespace sennit::cli {

ExitCode exit_code_of(WorkflowStatus status) {
  switch (status) {
    case WorkflowStatus::kCompleted:
    case WorkflowStatus::kPending:
    case WorkflowStatus::kRunning:
    case WorkflowStatus::kWaiting: return ExitCode::kCompleted;
    case WorkflowStatus::kFailedSubmission: return ExitCode::kUsage;
    case WorkflowStatus::kFailedCanceled: return ExitCode::kCancelled;
    case WorkflowStatus::kFailedExecTimeout:
    case WorkflowStatus::kFailedQueueTimeout:
    case WorkflowStatus::kFailedStartTimeout: return ExitCode::kTimedOut;
    case WorkflowStatus::kFailedServerError: return ExitCode::kUnreachable;
    case WorkflowStatus::kFailed:
    case WorkflowStatus::kFailedBackendError:
    case WorkflowStatus::kFailedImagePull:
    case WorkflowStatus::kFailedEvicted:
    case WorkflowStatus::kFailedStartError:
    case WorkflowStatus::kFailedPreempted: return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

ExitCode exit_code_of_status(std::string_view status) {
  const std::optional<WorkflowStatus> known = parse_workflow_status(status);
  return known ? exit_code_of(*known) : ExitCode::kFailed;
}

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kNotFound: return ExitCode::kUsage;
    case ErrorCode::kConflict: return ExitCode::kFailed;
    case ErrorCode::kCancelled: return ExitCode::kCancelled;
    case ErrorCode::kExhausted:
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kCorrupt:
    case ErrorCode::kIo:
    case ErrorCode::kInternal: return ExitCode::kUnreachable;
  }
  return ExitCode::kUnreachable;
}

}  // namespace sennit::cli
