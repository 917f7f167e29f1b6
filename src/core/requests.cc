#include "core/requests.h"

#include <vector>

#include "core/pause.h"
#include "core/stop_rules.h"

namespace sennit::core {
namespace {

const WorkflowState* unfinished(Decider& decider, WorkflowKey key) {
  const WorkflowState* workflow = decider.state().find(key);
  return workflow == nullptr || is_finished(workflow->status) ? nullptr : workflow;
}

void cancel_workflow(Decider& decider, const WorkflowState& workflow, const fact::Cancel& request) {
  if (workflow.canceled && (request.force == StopForce::kGrace || workflow.canceled->force == StopForce::kAtOnce)) {
    return;
  }
  const StopReason reason = workflow.canceled ? workflow.canceled->reason : StopReason::kCanceled;
  decider.decide(workflow.key, event::CancelAsked{request.user, request.message, reason, request.force});
}

// It may have begun meanwhile; then the runner leaves it alone.
void take_back(Decider& decider, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  if (row.status != Status::kInitializing || row.stopping != StopReason::kNone) return;
  decider.decide(workflow.key,
                 event::AttemptStopping{.task = task, .number = row.number, .reason = StopReason::kTakenBack});
}

void pause_workflow(Decider& decider, const WorkflowState& workflow, const fact::Pause& request) {
  if (workflow.pause.is_on()) return;
  decider.decide(workflow.key, event::Paused{{}, request.user, request.message});
  // Those that wait on their host behind others would start there by themselves.
  std::vector<TaskIndex> waiting;
  waiting.reserve(workflow.behind.size());
  for (const auto& [task, ahead] : workflow.behind) waiting.push_back(task);
  for (const TaskIndex task : waiting) take_back(decider, workflow, task);
}

void pause_task(Decider& decider, const WorkflowState& workflow, TaskIndex task, const fact::Pause& request) {
  const TaskState& row = workflow.task(task);
  if (is_group_finished(row.status) || is_final_stop(row.stopping) || is_paused(workflow, task)) return;
  decider.decide(workflow.key, event::Paused{task, request.user, request.message});
  take_back(decider, workflow, task);
}

void resume_everything(Decider& decider, const WorkflowState& workflow, const fact::Resume& request) {
  if (workflow.pause.is_on()) decider.decide(workflow.key, event::Resumed{{}, request.user});
  for (const auto& [task, log] : workflow.task_pauses) {
    if (log.is_on()) decider.decide(workflow.key, event::Resumed{task, request.user});
  }
}

}  // namespace

void cancel(Decider& decider, const fact::Cancel& request) {
  const WorkflowState* workflow = unfinished(decider, request.workflow);
  if (workflow == nullptr) return;
  if (request.tasks.empty()) return cancel_workflow(decider, *workflow, request);
  for (const TaskIndex task : request.tasks) {
    if (task.value() >= workflow->tasks.size()) continue;
    decider.stop_task(*workflow, task, StopReason::kCanceled,
                      {Status::kFailedCanceled, {}, cancel_text(request.user, request.message)},
                      {.user = request.user, .message = request.message, .force = request.force});
  }
}

void pause(Decider& decider, const fact::Pause& request) {
  const WorkflowState* workflow = unfinished(decider, request.workflow);
  if (workflow == nullptr || workflow->canceled) return;
  if (request.tasks.empty()) return pause_workflow(decider, *workflow, request);
  for (const TaskIndex task : request.tasks) {
    if (task.value() < workflow->tasks.size()) pause_task(decider, *workflow, task, request);
  }
}

void resume(Decider& decider, const fact::Resume& request) {
  const WorkflowState* workflow = unfinished(decider, request.workflow);
  if (workflow == nullptr) return;
  if (request.tasks.empty()) return resume_everything(decider, *workflow, request);
  for (const TaskIndex task : request.tasks) {
    if (task.value() >= workflow->tasks.size() || !is_paused(*workflow, task)) continue;
    decider.decide(workflow->key, event::Resumed{task, request.user});
  }
}

}  // namespace sennit::core
