#include "core/bookkeeping.h"

#include <algorithm>

#include "base/check.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

bool is_gang(const WorkflowState& workflow, TaskIndex task) {
  return workflow.spec->group(workflow.spec->tasks[task.value()].group).task_count > 1;
}

void hold_gpus(HostState& host, GpuSet gpus, GpuPart part, const Holder& holder) {
  host.gpus_used = host.gpus_used.with(gpus);
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    host.gpu_use[device].add(part);
    host.holders.emplace(device, holder);
  }
}

void let_go_of_gpus(HostState& host, GpuSet gpus, GpuPart part, const Holder& holder) {
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    host.holders.erase({device, holder});
    const auto use = host.gpu_use.find(device);
    SENNIT_CHECK(use != host.gpu_use.end());
    use->second.remove(part);
    if (use->second.tasks > 0) continue;
    host.gpu_use.erase(use);
    host.gpus_used = host.gpus_used.without(GpuSet::from_bits(std::uint64_t{1} << device));
  }
}

GroupKey group_key(const WorkflowState& workflow, TaskIndex task) {
  return {workflow.key, workflow.spec->tasks[task.value()].group};
}

// Some of it are still stopping: those that wait already wait for them first, whatever stands in a lane from before.
bool is_giving_way(const WorkflowState& workflow, GroupIndex group) {
  return workflow.group(group).preempted && workflow.preemptions.at(group).phase == Preemption::Phase::kStopping;
}

void forget_borrower(State& state, const GroupKey& key) {
  const auto found = state.borrowers.find(key);
  SENNIT_CHECK(found != state.borrowers.end());
  if (--found->second == 0) state.borrowers.erase(found);
}

}  // namespace

bool waits_as_one(const WorkflowState& workflow, TaskIndex task) {
  const GroupState& group = workflow.group(workflow.spec->tasks[task.value()].group);
  return group.status <= Status::kScheduling || group.preempted;
}

std::uint32_t lane_of(const WorkflowState& workflow, TaskIndex task) {
  const bool alone = is_gang(workflow, task) && !waits_as_one(workflow, task);
  return alone ? workflow.task_lanes[task.value()] : workflow.group(workflow.spec->tasks[task.value()].group).lane;
}

TaskIndex entry_of(const WorkflowState& workflow, TaskIndex task) {
  if (!waits_as_one(workflow, task)) return task;
  return workflow.spec->group(workflow.spec->tasks[task.value()].group).first_task;
}

bool waits_in(const WorkflowState& workflow, TaskIndex task, std::uint32_t lane) {
  const auto waits = [&](TaskIndex one) {
    return workflow.task(one).status == Status::kScheduling && lane_of(workflow, one) == lane;
  };
  if (workflow.lanes[lane].shape().size() == 1) return waits(task);
  const GroupIndex group = workflow.spec->tasks[task.value()].group;
  if (is_giving_way(workflow, group)) return false;
  for (const TaskIndex one : TaskRange(workflow.spec->group(group))) {
    if (waits(one)) return true;
  }
  return false;
}

const TaskNeeds& needs_held(const WorkflowState& workflow, TaskIndex task) {
  if (is_gang(workflow, task)) return workflow.lanes[workflow.task_lanes[task.value()]].shape().front();
  return workflow.lanes[workflow.group(workflow.spec->tasks[task.value()].group).lane].shape().front();
}

PastAttempt past_attempt(WorkflowState& workflow, TaskIndex index) {
  const TaskState& task = workflow.task(index);
  PastAttempt past;
  past.task = index;
  past.number = task.number;
  past.host = task.host;
  past.gpus = task.gpus;
  past.download_ms = task.download_ms;
  past.queued_at = task.queued_at;
  past.placed_at = task.placed_at;
  past.started_at = task.started_at;
  const auto part = workflow.gpu_parts.extract(index);
  if (!part.empty()) past.gpu_part = part.mapped();
  return past;
}

bool waits_for_its_group(const WorkflowState& workflow, TaskIndex task) {
  return workflow.group(workflow.spec->tasks[task.value()].group).preempted;
}

void acquire(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const TaskNeeds& needs = needs_held(workflow, task);
  HostState& host = state.hosts.try_emplace(row.host).first->second;
  host.id = row.host;
  host.cpus_used += needs.cpus;
  host.memory_used += needs.memory;
  host.storage_used += needs.storage;
  ++host.active;
  if (!row.gpus.empty()) hold_gpus(host, row.gpus, needs.gpu_part(), {workflow.key, task});
  PoolState& pool = state.pools[workflow.pool.value()];
  pool.cpus_used += needs.cpus;
  pool.memory_used += needs.memory;
  if (workflow.submission.priority == Priority::kLow) ++state.borrowers[group_key(workflow, task)];
  if (!is_gang(workflow, task)) charge(state, workflow, task);
}

void give_back(State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const TaskNeeds& needs = needs_held(workflow, task);
  HostState& host = state.hosts.at(row.host);
  SENNIT_CHECK(host.active > 0 && host.cpus_used >= needs.cpus && host.memory_used >= needs.memory &&
               host.storage_used >= needs.storage);
  host.cpus_used -= needs.cpus;
  host.memory_used -= needs.memory;
  host.storage_used -= needs.storage;
  if (!row.gpus.empty()) let_go_of_gpus(host, row.gpus, needs.gpu_part(), {workflow.key, task});
  --host.active;
  PoolState& pool = state.pools[workflow.pool.value()];
  SENNIT_CHECK(pool.cpus_used >= needs.cpus && pool.memory_used >= needs.memory);
  pool.cpus_used -= needs.cpus;
  pool.memory_used -= needs.memory;
  if (workflow.submission.priority == Priority::kLow) forget_borrower(state, group_key(workflow, task));
  if (!is_gang(workflow, task)) discharge(state, workflow, task);
}

bool is_at_cap(const WorkflowState& workflow) {
  return workflow.spec->max_parallel > 0 && workflow.active >= workflow.spec->max_parallel;
}

bool is_offered(const WorkflowState& workflow, const Lane& lane) {
  const bool capped = is_at_cap(workflow) && !lane.shape().front().admitted && !may_send_ahead(workflow);
  return !lane.empty() && !workflow.canceled && !workflow.pause.is_on() && !capped && !is_finished(workflow.status);
}

QueueKey queue_key(const State& state, const WorkflowState& workflow, std::uint32_t lane) {
  const std::optional<TaskIndex> front = workflow.lanes[lane].listed;
  return {turn_of(state.scheduler, workflow.submission), workflow.key, front.value_or(TaskIndex()), lane};
}

void list_lane(State& state, WorkflowState& workflow, std::uint32_t index) {
  Lane& lane = workflow.lanes[index];
  const std::optional<TaskIndex> front = is_offered(workflow, lane) ? lane.front() : std::nullopt;
  if (front == lane.listed) return;
  const QueueRef queue = queue_of(workflow, lane);
  if (lane.listed) state.ready.remove(queue, queue_key(state, workflow, index));
  lane.listed = front;
  if (lane.listed) state.ready.add(queue, queue_key(state, workflow, index));
}

void list_lanes(State& state, WorkflowState& workflow) {
  for (std::uint32_t lane = 0; lane < workflow.lanes.size(); ++lane) list_lane(state, workflow, lane);
}

void unlist_lanes(State& state, WorkflowState& workflow) {
  for (std::uint32_t index = 0; index < workflow.lanes.size(); ++index) {
    Lane& lane = workflow.lanes[index];
    if (!lane.listed) continue;
    state.ready.remove(queue_of(workflow, lane), queue_key(state, workflow, index));
    lane.listed.reset();
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

}  // namespace sennit::core
