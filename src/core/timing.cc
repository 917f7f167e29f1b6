#include "core/timing.h"

#include "core/bookkeeping.h"
#include "core/pause.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

GroupIndex group_of(const WorkflowState& workflow, TaskIndex task) { return workflow.spec->tasks[task.value()].group; }

// All of it that is unfinished has been told to stop.
bool is_ending(const WorkflowState& workflow, GroupIndex group) {
  if (const GangState* gang = workflow.gang(group)) return gang->counts.unfinished() <= gang->stopping;
  const TaskState& task = workflow.task(workflow.spec->group(group).first_task);
  return is_group_finished(task.status) || is_final_stop(task.stopping);
}

bool has_queued(const WorkflowState& workflow, GroupIndex group) {
  if (const GangState* gang = workflow.gang(group)) return gang->counts.of(Status::kScheduling) > 0;
  return workflow.task(workflow.spec->group(group).first_task).status == Status::kScheduling;
}

std::optional<Deadline> group_deadline(const WorkflowState& workflow, const LimitChanges& changes, GroupIndex group) {
  const GroupState& row = workflow.group(group);
  const TaskIndex first = workflow.spec->group(group).first_task;
  if (row.status == Status::kScheduling) {
    const Micros limit = queue_time(*workflow.spec, changes, group);
    if (limit.count() <= 0 || !has_queued(workflow, group)) return std::nullopt;
    if (workflow.pause.is_on() || is_held_back(workflow, first)) return std::nullopt;
    const Instant from = row.released_at;
    return Deadline{from + limit + queue_clock_stood(workflow, first, from), workflow.key, first, 0,
                    DeadlineKind::kQueueTimeout};
  }
  if (row.status != Status::kRunning || times_attempts(*workflow.spec, group)) return std::nullopt;
  const Micros limit = exec_time(*workflow.spec, changes, group);
  // While it gives way and waits for its turn again its time does not run.
  if (row.preempted || !row.started_at.is_set()) return std::nullopt;
  if (limit.count() <= 0 || is_ending(workflow, group) || has_paused(workflow, group)) return std::nullopt;
  return Deadline{row.started_at + limit + group_clock_stood(workflow, group, row.started_at), workflow.key, first, 0,
                  DeadlineKind::kGroupTimeout};
}

std::optional<Deadline> start_deadline(const State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  if (state.start_timeout.count() <= 0 || row.stopping != StopReason::kNone) return std::nullopt;
  if (workflow.spec->tasks[task.value()].fetches) return std::nullopt;
  if (row.barrier == AtBarrier::kParked || is_behind(workflow, task)) return std::nullopt;
  return Deadline{start_clock(workflow, task) + state.start_timeout, workflow.key, task, row.number,
                  DeadlineKind::kStartTimeout};
}

std::optional<Deadline> attempt_deadline(const WorkflowState& workflow, const LimitChanges& changes, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const GroupIndex group = group_of(workflow, task);
  if (row.stopping != StopReason::kNone || !times_attempts(*workflow.spec, group)) return std::nullopt;
  const Micros limit = exec_time(*workflow.spec, changes, group);
  if (limit.count() <= 0 || is_paused(workflow, task)) return std::nullopt;
  return Deadline{row.started_at + limit + group_clock_stood(workflow, group, row.started_at), workflow.key, task,
                  row.number, DeadlineKind::kExecTimeout};
}

std::optional<Deadline> workflow_deadline(const WorkflowState& workflow, const LimitChanges& changes) {
  if (!workflow.started_at.is_set() || workflow.canceled || is_finished(workflow.status)) return std::nullopt;
  const Micros limit = workflow_time(*workflow.spec, changes);
  if (limit.count() <= 0 || workflow.pause.is_on()) return std::nullopt;
  return Deadline{workflow.started_at + limit + workflow_clock_stood(workflow, workflow.started_at), workflow.key,
                  TaskIndex(), workflow.reopenings, DeadlineKind::kWorkflowTimeout};
}

bool is_due(const std::optional<Deadline>& deadline, Instant now) { return deadline && deadline->at <= now; }

// The groups that `set` is for.
template <class Visit>
void for_each_group(const WorkflowState& workflow, const event::LimitSet& set, Visit visit) {
  if (!set.exec && !set.queue) return;
  if (set.group) return visit(*set.group);
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) visit(GroupIndex(g));
}

}  // namespace

std::optional<Deadline> deadline_of(const State& state, const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  if (row.status == Status::kInitializing) return start_deadline(state, workflow, task);
  if (row.status == Status::kRunning) return attempt_deadline(workflow, workflow.limits, task);
  if (row.status != Status::kProcessing || waits_for_its_group(workflow, task)) return std::nullopt;
  return Deadline{row.queued_at, workflow.key, task, row.number, DeadlineKind::kRetry};
}

std::optional<Deadline> deadline_of(const WorkflowState& workflow, GroupIndex group) {
  return group_deadline(workflow, workflow.limits, group);
}

std::optional<Deadline> deadline_of(const WorkflowState& workflow) {
  return workflow_deadline(workflow, workflow.limits);
}

bool is_live(const State& state, const Deadline& deadline) {
  const WorkflowState* workflow = state.find(deadline.workflow);
  if (workflow == nullptr || is_finished(workflow->status)) return false;
  switch (deadline.kind) {
    case DeadlineKind::kWorkflowTimeout: return deadline_of(*workflow) == deadline;
    case DeadlineKind::kQueueTimeout:
    case DeadlineKind::kGroupTimeout: return deadline_of(*workflow, group_of(*workflow, deadline.task)) == deadline;
    case DeadlineKind::kRetry:
    case DeadlineKind::kExecTimeout:
    case DeadlineKind::kStartTimeout: return deadline_of(state, *workflow, deadline.task) == deadline;
  }
  return false;
}

Instant start_clock(const WorkflowState& workflow, TaskIndex task) {
  const auto clock = workflow.clocks.find(task);
  if (clock != workflow.clocks.end() && clock->second.released_at.is_set()) return clock->second.released_at;
  return workflow.task(task).placed_at;
}

Instant exec_clock(const WorkflowState& workflow, TaskIndex task) {
  const GroupIndex group = group_of(workflow, task);
  return times_attempts(*workflow.spec, group) ? workflow.task(task).started_at : workflow.group(group).started_at;
}

Retimed::Retimed(State& state, const WorkflowState& workflow) : state_(state), workflow_(workflow), before_(look()) {}
Retimed::Retimed(State& state, const WorkflowState& workflow, GroupIndex group)
    : state_(state), workflow_(workflow), group_(group), before_(look()) {}
Retimed::Retimed(State& state, const WorkflowState& workflow, TaskIndex task)
    : state_(state), workflow_(workflow), task_(task), group_(group_of(workflow, task)), before_(look()) {}

Retimed::Deadlines Retimed::look() const {
  if (!group_) return {deadline_of(workflow_), std::nullopt};
  return {task_ ? deadline_of(state_, workflow_, *task_) : std::nullopt, deadline_of(workflow_, *group_)};
}

Retimed::~Retimed() {
  const Deadlines now = look();
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] == before_[i]) continue;
    if (now[i]) state_.deadlines.push(*now[i]);
    if (!before_[i] || !state_.deadlines.note_stale()) continue;
    state_.deadlines.keep_if([this](const Deadline& deadline) { return is_live(state_, deadline); });
  }
}

void arm_all(State& state, const WorkflowState& workflow) {
  const auto arm = [&state](const std::optional<Deadline>& deadline) {
    if (deadline) state.deadlines.push(*deadline);
  };
  arm(deadline_of(workflow));
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) arm(deadline_of(workflow, GroupIndex(g)));
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) arm(deadline_of(state, workflow, TaskIndex(t)));
}

void set_limits(State& state, WorkflowState& workflow, const event::LimitSet& set) {
  std::deque<Retimed> timed;
  timed.emplace_back(state, workflow);
  for_each_group(workflow, set, [&](GroupIndex group) {
    if (!times_attempts(*workflow.spec, group) || workflow.group(group).status == Status::kScheduling) {
      timed.emplace_back(state, workflow, group);
      return;
    }
    for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
      if (workflow.task(task).status == Status::kRunning) timed.emplace_back(state, workflow, task);
    }
  });
  workflow.limits.add(set);
}

std::deque<Retimed> retimed_queue(State& state, const WorkflowState& workflow) {
  std::deque<Retimed> timed;
  timed.emplace_back(state, workflow);
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    if (workflow.groups[g].status == Status::kScheduling) timed.emplace_back(state, workflow, GroupIndex(g));
  }
  return timed;
}

AtOnce over_at_once(const WorkflowState& workflow, const event::LimitSet& set, Instant now) {
  LimitChanges then = workflow.limits;
  then.add(set);
  AtOnce found;
  found.workflow = is_due(workflow_deadline(workflow, then), now);
  for_each_group(workflow, set, [&](GroupIndex group) {
    bool over = is_due(group_deadline(workflow, then, group), now);
    for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
      if (workflow.task(task).status == Status::kRunning) over |= is_due(attempt_deadline(workflow, then, task), now);
    }
    if (over) found.groups.push_back(group);
  });
  return found;
}

}  // namespace sennit::core
