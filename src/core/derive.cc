#include <algorithm>
#include <map>

#include "core/apply.h"
#include "core/bookkeeping.h"
#include "core/cost.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

class LaneBuilder {
 public:
  explicit LaneBuilder(WorkflowState& workflow) : workflow_(workflow), fixed_(fixed_devices(*workflow.spec)) {}

  void build() {
    const Workflow& spec = *workflow_.spec;
    const bool has_gangs = std::any_of(spec.groups.begin(), spec.groups.end(),
                                       [](const GroupSpec& group) { return group.task_count > 1; });
    workflow_.lanes.clear();
    workflow_.task_lanes.clear();
    if (has_gangs) workflow_.task_lanes.resize(spec.tasks.size());
    for (std::uint32_t g = 0; g < spec.groups.size(); ++g) add_group(GroupIndex(g));
  }

 private:
  void add_group(GroupIndex index) {
    const GroupSpec& group = workflow_.spec->group(index);
    if (group.task_count == 1) {
      workflow_.group(index).lane = lane_of_task(group.first_task);
      return;
    }
    Shape shape;
    for (const TaskIndex task : TaskRange(group)) {
      TaskNeeds needs = needs_with_devices(task);
      shape.push_back(needs);
      needs.admitted = true;
      workflow_.task_lanes[task.value()] = intern({needs});
    }
    workflow_.group(index).lane = intern(std::move(shape));
  }

  // Equal requests are stored once per workflow, so most tasks need no look at their shape.
  std::uint32_t lane_of_task(TaskIndex task) {
    const auto [it, added] =
        by_request_.try_emplace({workflow_.spec->tasks[task.value()].resources, devices_of(task)}, 0);
    if (added) it->second = intern({needs_with_devices(task)});
    return it->second;
  }

  std::uint64_t devices_of(TaskIndex task) const { return fixed_.empty() ? 0 : fixed_[task.value()].bits(); }

  TaskNeeds needs_with_devices(TaskIndex task) const {
    TaskNeeds needs = needs_of(*workflow_.spec, task);
    if (devices_of(task) != 0) {
      needs.gpu_count = 0;
      needs.gpu_devices = devices_of(task);
    }
    return needs;
  }

  std::uint32_t intern(Shape shape) {
    const auto next = static_cast<std::uint32_t>(workflow_.lanes.size());
    const auto [it, added] = by_shape_.try_emplace(shape, next);
    if (added) workflow_.lanes.emplace_back(std::move(shape));
    return it->second;
  }

  WorkflowState& workflow_;
  std::vector<GpuSet> fixed_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> by_request_;
  std::map<Shape, std::uint32_t> by_shape_;
};

void count_tasks(WorkflowState& workflow) {
  workflow.task_counts = {};
  workflow.group_counts = {};
  workflow.active = 0;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    workflow.task_counts.add(workflow.tasks[t].status);
    if (is_seated(workflow, TaskIndex(t))) ++workflow.active;
  }
  for (const GroupState& group : workflow.groups) workflow.group_counts.add(group.status);
}

GangState count_gang(const WorkflowState& workflow, GroupIndex index) {
  GangState gang;
  gang.group = index;
  gang.lead = workflow.spec->lead_of(index);
  for (const TaskIndex index_of_task : TaskRange(workflow.spec->group(index))) {
    const TaskState& task = workflow.task(index_of_task);
    gang.counts.add(task.status);
    if (is_group_finished(task.status)) continue;
    if (is_final_stop(task.stopping)) ++gang.stopping;
    if (task.barrier == AtBarrier::kParked) ++gang.parked;
    if (task.barrier == AtBarrier::kPassed) ++gang.passed;
  }
  return gang;
}

// Nothing says whether a group's rules were asked since its last event, so all that are under way are asked again.
bool may_be_unsettled(const WorkflowState& workflow, GroupIndex index) {
  const GroupState& group = workflow.group(index);
  if (is_group_finished(group.status)) return false;
  if (group.status > Status::kWaiting) return true;
  for (const TaskIndex task : TaskRange(workflow.spec->group(index))) {
    if (is_group_finished(workflow.task(task).status)) return true;  // maybe this one alone: it was cancelled
  }
  return false;
}

void find_ready(WorkflowState& workflow) {
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupIndex index(g);
    const GroupState& group = workflow.group(index);
    if (is_group_finished(group.status) || group.status < Status::kScheduling) continue;
    const GroupSpec& spec = workflow.spec->group(index);
    const bool as_one = group.status == Status::kScheduling || group.preempted;
    if (group.preempted && workflow.preemptions.at(index).phase == Preemption::Phase::kStopping) continue;
    for (const TaskIndex task : TaskRange(spec)) {
      if (workflow.task(task).status != Status::kScheduling) continue;
      workflow.lanes[lane_of(workflow, task)].push(entry_of(workflow, task));
      if (as_one) break;
    }
  }
}

void find_edges(WorkflowState& workflow) {
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupIndex index(g);
    GroupState& group = workflow.group(index);
    const auto upstream = workflow.spec->upstream.of(index);
    const auto left = std::count_if(upstream.begin(), upstream.end(),
                                    [&](GroupIndex up) { return workflow.group(up).status != Status::kCompleted; });
    group.upstream_left = static_cast<std::uint32_t>(left);
    if (is_group_finished(group.status)) continue;
    const bool doomed = std::any_of(upstream.begin(), upstream.end(),
                                    [&](GroupIndex up) { return is_failed(workflow.group(up).status); });
    if (doomed) workflow.doomed.push_back(index);
  }
}

}  // namespace

void derive(WorkflowState& workflow) {
  LaneBuilder(workflow).build();
  derive_next_up(workflow);
  for (GroupState& group : workflow.groups) group.preempted = false;
  for (const auto& [group, preemption] : workflow.preemptions) {
    workflow.group(group).preempted = preemption.phase != Preemption::Phase::kBack;
  }
  count_tasks(workflow);
  workflow.gpu_time = count_gpu_time_again(workflow);
  workflow.gangs.clear();
  workflow.unsettled.clear();
  workflow.doomed.clear();
  workflow.swept = 0;
  workflow.listed_unsettled = false;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupIndex index(g);
    if (workflow.spec->group(index).task_count > 1) workflow.gangs.push_back(count_gang(workflow, index));
    workflow.group(index).unsettled = may_be_unsettled(workflow, index);
    if (workflow.group(index).unsettled) workflow.unsettled.push_back(index);
  }
  find_edges(workflow);
  find_ready(workflow);
}

}  // namespace sennit::core
