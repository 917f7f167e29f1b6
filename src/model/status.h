// The statuses of workflows, groups and tasks: OSMO's words (reference: state machines, section 4.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sennit {

// Of a task and of a group: one shared list. kRescheduled is a task's only.
// The numbers are stored: append, never reorder.
enum class Status : std::uint8_t {
  kSubmitting = 0,
  kWaiting = 1,       // an upstream group is not finished
  kProcessing = 2,    // released: nothing upstream is left; also the delay before a retry
  kScheduling = 3,    // waits for resources
  kInitializing = 4,  // resources given, its runner makes it start
  kRunning = 5,
  kCompleted = 6,
  kRescheduled = 7,
  kFailed = 8,
  kFailedCanceled = 9,
  kFailedServerError = 10,
  kFailedBackendError = 11,
  kFailedExecTimeout = 12,
  kFailedQueueTimeout = 13,
  kFailedImagePull = 14,
  kFailedUpstream = 15,
  kFailedEvicted = 16,
  kFailedStartError = 17,
  kFailedStartTimeout = 18,
  kFailedPreempted = 19,
};
inline constexpr int kStatusCount = 20;

enum class WorkflowStatus : std::uint8_t {
  kPending = 0,
  kRunning = 1,
  kWaiting = 2,  // never entered; OSMO's clients know the word
  kCompleted = 3,
  kFailed = 4,
  kFailedSubmission = 5,
  kFailedServerError = 6,
  kFailedExecTimeout = 7,
  kFailedQueueTimeout = 8,
  kFailedCanceled = 9,
  kFailedBackendError = 10,
  kFailedImagePull = 11,
  kFailedEvicted = 12,
  kFailedStartError = 13,
  kFailedStartTimeout = 14,
  kFailedPreempted = 15,
};
inline constexpr int kWorkflowStatusCount = 16;

// "FAILED_EXEC_TIMEOUT": what users, JSON and OSMO's clients see.
std::string_view to_string(Status status);
std::string_view to_string(WorkflowStatus status);
std::optional<Status> parse_status(std::string_view text);
std::optional<WorkflowStatus> parse_workflow_status(std::string_view text);

constexpr bool is_failed(Status s) { return s >= Status::kFailed; }
// Nothing more happens to this row: COMPLETED, RESCHEDULED or failed.
constexpr bool is_finished(Status s) { return s >= Status::kCompleted; }
// Finished for its group: a rescheduled row has a successor, so the group is not done with the task.
constexpr bool is_group_finished(Status s) { return is_finished(s) && s != Status::kRescheduled; }
constexpr bool is_prerunning(Status s) { return s < Status::kRunning; }
constexpr bool is_prescheduling(Status s) { return s <= Status::kProcessing; }
constexpr bool is_in_queue(Status s) { return s <= Status::kScheduling; }

constexpr bool is_finished(WorkflowStatus s) { return s >= WorkflowStatus::kCompleted; }
constexpr bool is_failed(WorkflowStatus s) { return s >= WorkflowStatus::kFailed; }

}  // namespace sennit
