#include "core/bookkeeping.h"

#include <algorithm>

#include "base/check.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

bool is_gang(const WorkflowState& workflow, TaskIndex task) {
  return workflow.spec->group(workflow.spec->tasks[task.value()].group).task_count > 1;
}

void push_deadline(State& state, const WorkflowState& workflow, TaskIndex task, Instant at, DeadlineKind kind) {
  state.deadlines.push({at, workflow.key, task, workflow.task(task).number, kind});
}

}  // namespace

std::uint32_t lane_of(const WorkflowState& workflow, TaskIndex task) {
  const GroupIndex group = workflow.spec->tasks[task.value()].group;
  const bool alone = workflow.spec->group(group).task_count > 1 && workflow.group(group).status > Status::kScheduling;
  return alone ? workflow.task_lanes[task.value()] : workflow.group(group).lane;
}

const TaskNeeds& needs_held(const WorkflowState& workflow, TaskIndex task) {
  if (is_gang(workflow, task)) return workflow.lanes[workflow.task_lanes[task.value()]].shape().front();
  return workflow.lanes[workflow.group(workflow.spec->tasks[task.value()].group).lane].shape().front();
}

PastAttempt past_attempt(TaskIndex index, const TaskState& task) {
  PastAttempt past;
  past.task = index;
  past.number = task.number;
  past.host = task.host;
  past.placed_at = task.placed_at;
  past.started_at = task.started_at;
  return past;
}

void acquire(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const TaskNeeds& needs = needs_held(workflow, task);
  HostState& host = state.hosts.try_emplace(row.host).first->second;
  host.id = row.host;
  host.cpus_used += needs.cpus;
  host.memory_used += needs.memory;
  host.gpus_used = host.gpus_used.with(row.gpus);
  ++host.active;
  for (unsigned device = 0; device < GpuSet::kMaxDevices && !row.gpus.empty(); ++device) {
    if (row.gpus.contains(device)) host.holders[device] = {workflow.key, task};
  }
}

void give_back(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const TaskNeeds& needs = needs_held(workflow, task);
  HostState& host = state.hosts.at(row.host);
  SENNIT_CHECK(host.active > 0 && host.cpus_used >= needs.cpus && host.memory_used >= needs.memory);
  host.cpus_used -= needs.cpus;
  host.memory_used -= needs.memory;
  host.gpus_used = host.gpus_used.without(row.gpus);
  --host.active;
}

bool is_at_cap(const WorkflowState& workflow) {
  return workflow.spec->max_parallel > 0 && workflow.active >= workflow.spec->max_parallel;
}

bool is_offered(const WorkflowState& workflow, const Lane& lane) {
  const bool capped = is_at_cap(workflow) && !lane.shape().front().admitted && !may_send_ahead(workflow);
  return !lane.empty() && !workflow.canceled && !capped && !is_finished(workflow.status);
}

QueueKey queue_key(const WorkflowState& workflow, std::uint32_t lane) {
  const auto rank = static_cast<std::uint8_t>(static_cast<unsigned>(Priority::kHigh) -
                                              static_cast<unsigned>(workflow.submission.priority));
  return {rank, workflow.key, lane};
}

void list_lane(State& state, WorkflowState& workflow, std::uint32_t index) {
  Lane& lane = workflow.lanes[index];
  const bool offered = is_offered(workflow, lane);
  if (offered == lane.listed) return;
  lane.listed = offered;
  if (offered) {
    state.ready.try_emplace(lane.shape()).first->second.insert(queue_key(workflow, index));
    return;
  }
  state.ready.find(lane.shape())->second.erase(queue_key(workflow, index));
}

void list_lanes(State& state, WorkflowState& workflow) {
  for (std::uint32_t lane = 0; lane < workflow.lanes.size(); ++lane) list_lane(state, workflow, lane);
}

void unlist_lanes(State& state, WorkflowState& workflow) {
  for (std::uint32_t index = 0; index < workflow.lanes.size(); ++index) {
    Lane& lane = workflow.lanes[index];
    if (!lane.listed) continue;
    lane.listed = false;
    state.ready.find(lane.shape())->second.erase(queue_key(workflow, index));
  }
}

void unsettle(State& state, WorkflowState& workflow) {
  if (workflow.listed_unsettled) return;
  workflow.listed_unsettled = true;
  state.unsettled.push_back(workflow.key);
}

void unsettle(State& state, WorkflowState& workflow, GroupIndex index) {
  GroupState& group = workflow.group(index);
  if (!group.unsettled) {
    group.unsettled = true;
    workflow.unsettled.push_back(index);
  }
  unsettle(state, workflow);
}

bool is_live(const State& state, const Deadline& deadline) {
  const WorkflowState* workflow = state.find(deadline.workflow);
  if (workflow == nullptr || is_finished(workflow->status)) return false;
  if (deadline.kind == DeadlineKind::kWorkflowTimeout) {
    return !workflow->canceled && deadline.number == workflow->reopenings;
  }
  const TaskState& task = workflow->task(deadline.task);
  if (task.number != deadline.number) return false;
  switch (deadline.kind) {
    case DeadlineKind::kRetry: return task.status == Status::kProcessing;
    case DeadlineKind::kExecTimeout: return task.status == Status::kRunning && task.stopping == StopReason::kNone;
    case DeadlineKind::kQueueTimeout: return task.status == Status::kScheduling;
    case DeadlineKind::kWorkflowTimeout: return false;
  }
  return false;
}

// A retry that waits inside a group that has been placed has no queue timeout: the clock is the group's first wait.
void arm_queue_timeout(State& state, const WorkflowState& workflow, TaskIndex task) {
  const Micros timeout = workflow.spec->policy_of(task).queue_timeout;
  const GroupState& group = workflow.group(workflow.spec->tasks[task.value()].group);
  if (timeout.count() <= 0 || group.status != Status::kScheduling) return;
  push_deadline(state, workflow, task, workflow.task(task).queued_at + timeout, DeadlineKind::kQueueTimeout);
}

// Jobs are timed per attempt. A rescheduled task shares its group's clock, which runs from the group's first start.
void arm_exec_timeout(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskPolicy& policy = workflow.spec->policy_of(task);
  if (policy.exec_timeout.count() <= 0) return;
  const GroupState& group = workflow.group(workflow.spec->tasks[task.value()].group);
  const Instant from = policy.max_retries > 0 ? workflow.task(task).started_at : group.started_at;
  push_deadline(state, workflow, task, from + policy.exec_timeout, DeadlineKind::kExecTimeout);
}

void arm_retry(State& state, const WorkflowState& workflow, TaskIndex task) {
  push_deadline(state, workflow, task, workflow.task(task).queued_at, DeadlineKind::kRetry);
}

void arm_workflow_timeout(State& state, const WorkflowState& workflow) {
  if (workflow.spec->timeout.count() <= 0 || !workflow.started_at.is_set()) return;
  state.deadlines.push({workflow.started_at + workflow.spec->timeout, workflow.key, TaskIndex(), workflow.reopenings,
                        DeadlineKind::kWorkflowTimeout});
}

void disarm(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskPolicy& policy = workflow.spec->policy_of(task);
  if (policy.exec_timeout.count() <= 0 && policy.queue_timeout.count() <= 0) return;
  if (!state.deadlines.note_stale()) return;
  state.deadlines.keep_if([&state](const Deadline& deadline) { return is_live(state, deadline); });
}

}  // namespace sennit::core
