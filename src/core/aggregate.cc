#include "core/aggregate.h"

#include <array>
#include <optional>

namespace sennit::core {
namespace {

bool is_open(Status s) { return !is_group_finished(s); }

// Statuses that speak for the whole group, whoever of it has them.
std::optional<Status> first_of_any(const StatusCounts& counts) {
  for (const Status status : {Status::kFailedUpstream, Status::kFailedServerError, Status::kFailedPreempted}) {
    if (counts.of(status) > 0) return status;
  }
  return std::nullopt;
}

// The workflow's word for a group's failure. FAILED_UPSTREAM never decides: its cause is another group.
WorkflowStatus workflow_word(Status status) {
  switch (status) {
    case Status::kFailedCanceled: return WorkflowStatus::kFailedCanceled;
    case Status::kFailedServerError: return WorkflowStatus::kFailedServerError;
    case Status::kFailedBackendError: return WorkflowStatus::kFailedBackendError;
    case Status::kFailedExecTimeout: return WorkflowStatus::kFailedExecTimeout;
    case Status::kFailedQueueTimeout: return WorkflowStatus::kFailedQueueTimeout;
    case Status::kFailedImagePull: return WorkflowStatus::kFailedImagePull;
    case Status::kFailedEvicted: return WorkflowStatus::kFailedEvicted;
    case Status::kFailedStartError: return WorkflowStatus::kFailedStartError;
    case Status::kFailedStartTimeout: return WorkflowStatus::kFailedStartTimeout;
    case Status::kFailedPreempted: return WorkflowStatus::kFailedPreempted;
    case Status::kSubmitting:
    case Status::kWaiting:
    case Status::kProcessing:
    case Status::kScheduling:
    case Status::kInitializing:
    case Status::kRunning:
    case Status::kCompleted:
    case Status::kRescheduled:
    case Status::kFailed:
    case Status::kFailedUpstream: return WorkflowStatus::kFailed;
  }
  return WorkflowStatus::kFailed;
}

// The one failure that all failed groups share, if they do.
WorkflowStatus shared_failure(const StatusCounts& groups) {
  std::optional<Status> shared;
  for (int i = 0; i < kStatusCount; ++i) {
    const Status status = static_cast<Status>(i);
    if (!is_failed(status) || status == Status::kFailedUpstream || groups.of(status) == 0) continue;
    if (shared) return WorkflowStatus::kFailed;
    shared = status;
  }
  return shared ? workflow_word(*shared) : WorkflowStatus::kFailed;
}

}  // namespace

Status aggregate_group(const StatusCounts& all, Status lead, NonleadStatus nonlead) {
  if (all.count_if(is_open) > 0) {
    const bool begun = all.of(Status::kRunning) > 0 || all.count_if([](Status s) { return is_finished(s); }) > 0;
    return begun ? Status::kRunning : Status::kInitializing;
  }
  if (const std::optional<Status> status = first_of_any(all)) return *status;
  StatusCounts considered = all;
  if (nonlead == NonleadStatus::kIgnored) {
    considered = {};
    considered.add(lead);
  }
  if (considered.of(Status::kFailedEvicted) > 0) return Status::kFailedEvicted;
  if (considered.count_if([](Status s) { return is_failed(s); }) > 0) return Status::kFailed;
  return Status::kCompleted;
}

Status group_outcome(const StatusCounts& all, Status lead, NonleadStatus nonlead) {
  // One task that was cancelled by itself counts like any other failure of it: not, beside a lead that alone counts.
  StatusCounts considered = all;
  if (nonlead == NonleadStatus::kIgnored) {
    considered = {};
    considered.add(lead);
  }
  for (const Status status : {Status::kFailedCanceled, Status::kFailedExecTimeout, Status::kFailedQueueTimeout}) {
    if (considered.of(status) > 0) return status;
  }
  return aggregate_group(all, lead, nonlead);
}

WorkflowStatus aggregate_workflow(const StatusCounts& groups) {
  if (groups.count_if(is_open) > 0) {
    return groups.of(Status::kRunning) > 0 ? WorkflowStatus::kRunning : WorkflowStatus::kPending;
  }
  for (const Status status :
       {Status::kFailedCanceled, Status::kFailedServerError, Status::kFailedExecTimeout, Status::kFailedQueueTimeout}) {
    if (groups.of(status) > 0) return workflow_word(status);
  }
  if (groups.count_if([](Status s) { return is_failed(s); }) > 0) return shared_failure(groups);
  return WorkflowStatus::kCompleted;
}

}  // namespace sennit::core
