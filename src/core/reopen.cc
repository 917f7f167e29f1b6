#include "core/reopen.h"

#include <algorithm>
#include <utility>

#include "core/apply.h"
#include "core/bookkeeping.h"
#include "core/incarnation.h"

namespace sennit::core {
namespace {

constexpr std::uint32_t kMostFree = 255;  // of TaskState::free_retries

// The attempts before this one use up none of its retries.
void begin_task_again(WorkflowState& workflow, TaskIndex index) {
  TaskState& task = workflow.task(index);
  PastAttempt past = past_attempt(workflow, index);
  past.status = task.status;
  past.ended_at = task.ended_at;
  past.message = task.message;
  past.upload_ms = task.upload_ms;
  if (task.has_exit_code) past.exit_code = task.exit_code;
  if (!workflow.usage.empty()) past.usage = std::exchange(workflow.usage[index.value()], {});
  workflow.past.push_back(past);
  workflow.clocks.erase(index);
  note_new_attempt(workflow, index);
  TaskState next;
  next.number = task.number + 1;
  next.free_retries = static_cast<std::uint8_t>(std::min(next.number, kMostFree));
  task = next;
}

}  // namespace

bool can_reopen(const WorkflowState& workflow) {
  if (!is_finished(workflow.status) || workflow.status == WorkflowStatus::kCompleted) return false;
  return std::ranges::any_of(workflow.groups, [](const GroupState& g) { return g.status != Status::kCompleted; });
}

void begin_again(State& state, WorkflowState& workflow, Instant at) {
  unlist_lanes(state, workflow);
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const GroupIndex group(g);
    if (workflow.group(group).status == Status::kCompleted) continue;
    workflow.group(group) = {};
    workflow.preemptions.erase(group);
    for (const TaskIndex task : TaskRange(workflow.spec->group(group))) begin_task_again(workflow, task);
  }
  workflow.status = WorkflowStatus::kPending;
  workflow.started_at = {};
  workflow.ended_at = {};
  workflow.message.clear();
  workflow.canceled.reset();
  workflow.canceled_at = {};
  ++workflow.reopenings;
  workflow.reopened_at = at;
  workflow.quick_in_a_row = 0;
  workflow.followable.clear();
  const bool listed = workflow.listed_unsettled;
  derive(workflow);
  workflow.listed_unsettled = listed;
  unsettle(state, workflow);
}

}  // namespace sennit::core
