#include "core/stop_rules.h"

#include <fmt/format.h>

#include "core/timeout_text.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

// What was said about this attempt alone; null: nothing.
const StopNote* own_words(const WorkflowState& workflow, TaskIndex task) {
  const auto note = workflow.stop_notes.find(task);
  const bool spoken = note != workflow.stop_notes.end() && !(note->second.user.empty() && note->second.message.empty());
  return spoken ? &note->second : nullptr;
}

std::string cancel_message(const WorkflowState& workflow, TaskIndex task) {
  if (const StopNote* note = own_words(workflow, task)) return cancel_text(note->user, note->message);
  if (workflow.canceled) return cancel_text(workflow.canceled->user, workflow.canceled->message);
  return cancel_text({}, {});
}

// "preempted for train-7 (HIGH)"
std::string preempted_text(const WorkflowState& workflow, GroupIndex group) {
  const auto found = workflow.preemptions.find(group);
  if (found == workflow.preemptions.end()) return "preempted";
  return fmt::format("preempted for {} ({})", found->second.claimant, to_string(found->second.priority));
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
    case StopReason::kCanceled: return {Status::kFailedCanceled, {}, cancel_message(workflow, task)};
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
    case StopReason::kPreempted:
      return {Status::kFailedPreempted, exit_codes::kPreempted, preempted_text(workflow, group)};
    case StopReason::kNone:
    case StopReason::kGroupRestart:
    case StopReason::kTakenBack: break;
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

std::string cancel_text(std::string_view user, std::string_view message) {
  std::string text = "Task was canceled";
  if (!user.empty()) text += fmt::format(" by user: {}", user);
  text += '.';
  if (!message.empty()) text += fmt::format(" {}", message);
  return text;
}

StopForce force_of(const WorkflowState& workflow, TaskIndex task) {
  const auto note = workflow.stop_notes.find(task);
  return note == workflow.stop_notes.end() ? StopForce::kGrace : note->second.force;
}

Instant cancel_asked_at(const WorkflowState& workflow, TaskIndex task, StopReason reason) {
  const StopNote* note = own_words(workflow, task);
  if (note != nullptr && reason == StopReason::kCanceled) return note->at;
  return workflow.canceled && reason == reason_of(*workflow.canceled) ? workflow.canceled_at : Instant();
}

void note_stop(WorkflowState& workflow, const event::AttemptStopping& stopping, Instant at) {
  if (stopping.force == StopForce::kGrace && stopping.user.empty() && stopping.message.empty()) return;
  StopNote& note = workflow.stop_notes[stopping.task];
  note.force = stopping.force;
  if (is_final_stop(workflow.task(stopping.task).stopping)) return;  // it keeps its reason, and the words for it
  note.user = stopping.user;
  note.message = stopping.message;
  note.at = at;
}

StopReason reason_of(const event::CancelAsked& cancel) {
  return cancel.reason == StopReason::kNone ? StopReason::kCanceled : cancel.reason;
}

}  // namespace sennit::core
