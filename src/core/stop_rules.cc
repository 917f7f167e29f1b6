#include "core/stop_rules.h"

#include <fmt/format.h>

#include "core/timeout_text.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

std::string cancel_message(const WorkflowState& workflow) {
  if (!workflow.canceled) return "Task was canceled";
  std::string text = "Task was canceled";
  if (!workflow.canceled->user.empty()) text += fmt::format(" by user: {}", workflow.canceled->user);
  text += '.';
  if (!workflow.canceled->message.empty()) text += ' ' + workflow.canceled->message;
  return text;
}

std::string failed_task_message(const WorkflowState& workflow, GroupIndex group) {
  for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
    const TaskState& row = workflow.task(task);
    if (is_failed(row.status) && row.stopping == StopReason::kNone) {
      return fmt::format("Task {} Failed.", workflow.spec->name_of(task));
    }
  }
  return "A task of the group failed.";
}

}  // namespace

Verdicted verdict_of_stop(const WorkflowState& workflow, TaskIndex task, StopReason reason, Instant at) {
  const GroupIndex group = workflow.spec->tasks[task.value()].group;
  switch (reason) {
    case StopReason::kCanceled: return {Status::kFailedCanceled, {}, cancel_message(workflow)};
    case StopReason::kExecTimeout: return {Status::kFailedExecTimeout, {}, exec_timeout_text(workflow, task, at)};
    case StopReason::kStartTimeout:
      return {Status::kFailedStartTimeout, exit_codes::kStartTimeout, start_timeout_text(workflow, task)};
    case StopReason::kWorkflowTimeout:
      return {Status::kFailedExecTimeout, {}, fmt::format("the workflow {}", workflow.canceled->message)};
    case StopReason::kLeadFinished: {
      const GangState* gang = workflow.gang(group);
      const bool completed = gang != nullptr && workflow.task(gang->lead).status == Status::kCompleted;
      return {completed ? Status::kCompleted : Status::kFailed, {}, "Lead task finished"};
    }
    case StopReason::kGroupFailed: return {Status::kFailed, {}, failed_task_message(workflow, group)};
    case StopReason::kPreempted: return {Status::kFailedPreempted, exit_codes::kPreempted, "preempted"};
    case StopReason::kNone:
    case StopReason::kGroupRestart: break;
  }
  return {Status::kFailedServerError, exit_codes::kServerError, "stopped without a reason"};
}

Verdicted verdict_of_sweep(const WorkflowState& workflow, TaskIndex task, Instant at) {
  const StopReason reason = reason_of(*workflow.canceled);
  if (reason != StopReason::kWorkflowTimeout) return verdict_of_stop(workflow, task, reason, at);
  return {Status::kFailedCanceled, {}, fmt::format("not started: the workflow {}", workflow.canceled->message)};
}

Verdicted verdict_of_upstream() {
  return {Status::kFailedUpstream, exit_codes::kUpstreamFailed, "Upstream task failed."};
}

StopReason reason_of(const event::CancelAsked& cancel) {
  return cancel.reason == StopReason::kNone ? StopReason::kCanceled : cancel.reason;
}

}  // namespace sennit::core
